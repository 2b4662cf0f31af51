// What a file runs that is handed on for others to decide in.

import { play } from "./alone.ts";

play();
