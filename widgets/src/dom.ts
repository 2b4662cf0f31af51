// The only place where elements are made. Text from the graph becomes text nodes, never markup.

type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: never) => void);

/** An element with attributes, listeners (`onclick: …`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value as unknown as EventListener);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A 16-pixel line icon. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({
    viewBox: "0 0 16 16", width: "16", height: "16", fill: "none", stroke: "currentColor",
    "stroke-width": "1.5", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  })) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  search: "M11 11l3.5 3.5M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0z",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  restart: "M3 8a5 5 0 1 0 1.6-3.7M3 2v3h3",
  close: "M4 4l8 8M12 4l-8 8",
  back: "M10 3L5 8l5 5",
  undo: "M6 3L2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7",
  redo: "M10 3l3.5 3.5L10 10M13 6.5H6.500a4 4 0 0 0 0 8H9",
  filter: "M2 3h12l-4.500 5.500v4.500l-3 1.500v-6z",
  play: "M5 3l8 5-8 5z",
  pause: "M5.500 3v10M10.500 3v10",
  copy: "M6 6h8v8H6zM3.500 10H2V2h8v1.500",
  palette: "M8 2a6 6 0 1 0 0 12c1.500 0 1-1.500 1-2 0-1 1-1.500 2-1.500h1.500A2 2 0 0 0 14 8.500 6.200 6.200 0 0 0 8 2zM5 8v.01M7 5v.01M10.500 5.500v.01",
  star: "M8 2l1.800 3.900 4.200.500-3.100 2.900.800 4.200L8 11.400l-3.700 2.100.800-4.200L2 6.400l4.200-.500z",
  save: "M4 2h8v12l-4-3-4 3z",
  pencil: "M3 13l.700-3L10.500 3.200l2.300 2.300L6 12.300z",
  bin: "M3 4.500h10M6 4.500V3h4v1.500M4.500 4.500L5 13.500h6l.500-9",
  list: "M5.500 4h9M5.500 8h9M5.500 12h9M2 4v.01M2 8v.01M2 12v.01",
  step: "M3 2h7l3 3v9H3zM8 7v5M5.500 9.500h5",
  notes: "M2 3h12v8H2zM8 11v3M5.500 14h5",
  full: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4M2 2l4 4M14 14l-4-4",
  help: "M6 6a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.4M8 12v.01",
} as const;

/** A button with an icon; its label is read aloud and shown on hover. */
export function iconButton(shape: keyof typeof ICONS, label: string, onclick: () => void, testid?: string): HTMLButtonElement {
  return h(
    "button",
    { type: "button", class: "pm-icon-button", "aria-label": label, title: label, "data-testid": testid, onclick },
    icon(ICONS[shape]),
  );
}

/** What has the focus beside an element: in a shadow root the document knows only of its host. */
export function focused(element: Element): HTMLElement | null {
  return (element.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null;
}
