// Runs before anything else in every document of the page, and notes what the benchmark asks for later.

(() => {
  const now = () => performance.timeOrigin + performance.now();
  const size = (data) => (typeof data === "string" ? new TextEncoder().encode(data).length : data.byteLength ?? data.size);
  const probe = {
    now,
    /** [milliseconds since 1970, bytes] of each frame of a kernel's websocket, both ways. */
    wire: [],
    /** [milliseconds since 1970, "busy" or "idle", type and id of the message that the kernel is busy with]. */
    kernel: [],
    frames: [],
    handle: 0,

    /** Note when this document may draw; false stops and returns the times in milliseconds. */
    measure(on) {
      cancelAnimationFrame(this.handle);
      if (!on) return this.frames;
      this.frames = [];
      const tick = (time) => {
        this.frames.push(time);
        this.handle = requestAnimationFrame(tick);
      };
      this.handle = requestAnimationFrame(tick);
      return null;
    },

    /** Let a pixel in the corner blink, by the compositor alone, so that there are always new frames. */
    blink(on) {
      document.getElementById("polymath-blink")?.remove();
      if (!on) return;
      const pixel = document.createElement("div");
      pixel.id = "polymath-blink";
      pixel.style.cssText = "position:fixed;left:0;top:0;width:1px;height:1px;background:#888;z-index:99999;pointer-events:none";
      document.body.append(pixel);
      pixel.animate([{ opacity: 0.2 }, { opacity: 1 }], { duration: 200, iterations: Infinity, easing: "steps(2)" });
    },

    /** The largest canvas of this document: left, top, width, height in its window; null without one. */
    canvas() {
      const boxes = [...document.querySelectorAll("canvas")].map((c) => c.getBoundingClientRect());
      const best = boxes.sort((a, b) => b.width * b.height - a.width * a.height)[0];
      return best && best.width > 50 && best.height > 50 ? [best.left, best.top, best.width, best.height] : null;
    },

    /** Whether a canvas, and nothing that lies over it, is at a point. */
    bare(x, y) {
      return document.elementFromPoint(x, y)?.tagName === "CANVAS";
    },

    /**
     * What the last code cell of the open notebook failed with ("" if it did not), how many messages the kernel's
     * websocket has carried, when it carried the last, and what time it is.
     */
    told() {
      const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
      const error = cells.get(cells.length - 1).sharedModel.getOutputs().find((o) => o.output_type === "error");
      return [error ? `${error.ename}: ${error.evalue}` : "", this.wire.length, this.wire.at(-1)?.[0] ?? 0, now()];
    },

    /** Listen to what the kernel of the open notebook is busy with. */
    listen() {
      const { kernel } = window.jupyterapp.shell.currentWidget.context.sessionContext.session;
      kernel.iopubMessage.connect((_, message) => {
        if (message.header.msg_type !== "status") return;
        const { msg_type: asked, msg_id: id } = message.parent_header;
        this.kernel.push([Date.parse(message.header.date), message.content.execution_state, asked ?? "", id ?? ""]);
      });
    },

    /** Values of Python expressions in the kernel, as it prints them. */
    async evaluated(expressions) {
      const { kernel } = window.jupyterapp.shell.currentWidget.context.sessionContext.session;
      const { content } = await kernel.requestExecute({ code: "", silent: true, user_expressions: expressions }).done;
      return Object.fromEntries(Object.entries(content.user_expressions).map(([k, v]) => [k, v.data?.["text/plain"] ?? ""]));
    },
  };
  window.polymathProbe = probe;

  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.counts = this.url.includes("/api/kernels/");
      if (this.counts) this.addEventListener("message", ({ data }) => probe.wire.push([now(), size(data)]));
    }

    send(data) {
      if (this.counts) probe.wire.push([now(), size(data)]);
      super.send(data);
    }
  };
})();
