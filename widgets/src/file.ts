// What a file that is handed on runs.

import { play } from "./alone.ts";

play();
