// A host that knows no more than the anywidget front-end module contract (https://anywidget.dev/en/afm/).
//
// Stricter than those that exist: traits that are not there, and listeners that are none, are errors; messages are
// cloned; changes arrive later and together; buffers come in the form that is asked for.

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(""));
const FORMS = {
  // As in a larger message, at an offset that no array of numbers may begin at.
  offset(raw) {
    const larger = new Uint8Array(raw.length + 11);
    larger.set(raw, 7);
    return new DataView(larger.buffer, 7, raw.length);
  },
  view: (raw) => new DataView(raw.buffer),
  bytes: (raw) => raw,
  buffer: (raw) => raw.buffer,
};

class Model {
  constructor(name, state, form) {
    Object.assign(this, { name, state, form, listeners: new Map(), dirty: null, batches: [] });
  }

  /** What a widget is given. */
  get face() {
    return {
      get: (key) => this.known(key),
      set: (key, value) => { this.known(key); (this.dirty ??= {})[key] = this.state[key] = structuredClone(value); },
      save_changes: () => this.save(),
      send: (content, _callbacks, buffers = []) => {
        window.kernel(this.name, "custom", structuredClone(content), buffers.map(text)).then((said) => this.hear(said));
      },
      on: (event, callback) => {
        if (typeof event !== "string" || typeof callback !== "function") throw new TypeError("on(event, callback)");
        if (!this.listeners.has(event)) this.listeners.set(event, new Set());
        this.listeners.get(event).add(callback);
      },
      off: (event, callback) => {
        if (event === undefined || event === null) this.listeners.clear();
        else if (callback === undefined) this.listeners.delete(event);
        else this.listeners.get(event)?.delete(callback);
      },
    };
  }

  known(key) {
    if (!(key in this.state)) throw new Error(`there is no trait ${key}`);
    return this.state[key];
  }

  listening() {
    return [...this.listeners.values()].reduce((n, callbacks) => n + callbacks.size, 0);
  }

  fire(event, ...args) {
    for (const callback of [...(this.listeners.get(event) ?? [])]) callback(...args);
  }

  hear(said) {
    for (const [content, buffers] of said) {
      this.fire("msg:custom", structuredClone(content), buffers.map((b) => FORMS[this.form](bytes(b))));
    }
  }

  async save() {
    if (this.batches.waiting) return;
    this.batches.waiting = true;
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.batches.waiting = false;
    const changes = this.dirty ?? {};
    this.dirty = null;
    this.batches.push(changes);
    this.hear(await window.kernel(this.name, "state", changes, []));
    for (const key of Object.keys(changes)) this.fire(`change:${key}`);
  }
}

/** A widget as a host loads it; initialized once a model. */
class Loaded {
  constructor(name, { _esm, _css, ...state }, form) {
    this.url = URL.createObjectURL(new Blob([_esm], { type: "text/javascript" }));
    this.css = _css;
    this.model = new Model(name, state, form);
    this.views = [];
  }

  async widget() {
    const { default: made } = await import(this.url);
    return typeof made === "function" ? await made() : made;
  }

  style(document) {
    const style = document.createElement("style");
    style.textContent = this.css;
    return style;
  }

  async render(widget, el) {
    const controller = new AbortController();
    const signal = controller.signal;
    if (!this.initialized) this.uninitialize = await widget.initialize?.({ model: this.model.face, signal });
    this.initialized = true;
    const cleanup = await widget.render({ model: this.model.face, el, signal });
    this.views.push(async () => {
      controller.abort();
      await cleanup?.();
    });
  }

  /** Show a view in a place of the page. */
  async show(place, shadow = false) {
    const outer = document.querySelector(place);
    const inner = shadow ? outer.attachShadow({ mode: "open" }) : outer;
    (shadow ? inner : document.head).append(this.style(document));
    const el = document.createElement("div");
    inner.append(el);
    await this.render(await this.widget(), el);
  }

  /** Show a view in a frame of its own, as Colab does. */
  async frame(place) {
    const frame = document.createElement("iframe");
    Object.assign(frame.style, { width: "100%", height: "520px", border: 0 });
    const ready = new Promise((resolve) => { window.framed = resolve; });
    frame.srcdoc = `<!DOCTYPE html><html data-polymath-debug="1"><body><div id="out"></div>
      <script type="module">import widget from "${this.url}"; parent.framed(widget);</script></body></html>`;
    document.querySelector(place).append(frame);
    const widget = await ready;
    const inside = frame.contentDocument;
    inside.head.append(this.style(inside));
    await this.render(widget, inside.getElementById("out"));
  }
}

window.loaded = {};
window.load = (name, state, form) => { window.loaded[name] = new Loaded(name, state, form); };
