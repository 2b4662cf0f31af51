// Colours: the notebook's where it has some, the system's choice of light or dark where not.

import palette from "../palette.json";

export interface Theme {
  dark: boolean;
  ground: string;
  ink: string;
  faint: string;
  accent: string;
  edge: string;
  negative: string;
  bridge: string;
  font: string;
}

export function kindColour(kind: string): string {
  return (palette.kinds as Record<string, string>)[kind] ?? palette.other;
}

type Luminance = (colour: string) => number | null;

/** Relative luminance (WCAG 2) of a colour in any notation that the browser reads; null if it is none, or translucent. */
function eye(): Luminance {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pixel = canvas.getContext("2d", { willReadFrequently: true });
  return (colour) => {
    if (!pixel || !colour) return null;
    pixel.clearRect(0, 0, 1, 1);
    // What is no colour leaves the one before it, which is seen through.
    pixel.fillStyle = "transparent";
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    const { data } = pixel.getImageData(0, 0, 1, 1);
    if (data[3]! < 128) return null;
    const [r, g, b] = [0, 1, 2].map((channel) => {
      const c = data[channel]! / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
}

/** Luminance of what lies behind an element, also where a host keeps it in a shadow root; null if nothing opaque does. */
function behind(element: Element, luminance: Luminance): number | null {
  for (let at: Element | null = element; at; ) {
    at = at.parentElement ?? (at.getRootNode() as Partial<ShadowRoot>).host ?? null;
    const ground = at && luminance(getComputedStyle(at).backgroundColor);
    if (ground !== null) return ground;
  }
  return null;
}

/** Set light or dark on the root and read the colours that follow from it. */
export function readTheme(root: HTMLElement): Theme {
  const style = getComputedStyle(root);
  const luminance = eye();
  const host = ["--jp-layout-color1", "--vscode-editor-background"].map((name) => luminance(style.getPropertyValue(name).trim()));
  const ground = host.find((light) => light !== null) ?? behind(root, luminance);
  const dark = ground === null ? matchMedia("(prefers-color-scheme: dark)").matches : ground < 0.4;
  root.classList.toggle("pm-dark", dark);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  return {
    dark,
    ground: value("--pm-ground"),
    ink: value("--pm-ink"),
    faint: value("--pm-faint"),
    accent: value("--pm-accent"),
    edge: dark ? "#8d99a6" : palette.edge,
    bridge: palette.bridge,
    negative: dark ? "#e0716a" : palette.negative,
    font: value("--pm-font") || "system-ui, sans-serif",
  };
}

/** Call back whenever the notebook or the system turns light or dark. Returns how to stop. */
export function watchTheme(callback: () => void): () => void {
  let again: ReturnType<typeof setTimeout>[] = [];
  const later = (): void => {
    callback();
    // JupyterLab names the new theme before its style sheet has arrived.
    again.forEach(clearTimeout);
    again = [250, 1000].map((wait) => setTimeout(callback, wait));
  };
  const observer = new MutationObserver(later);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, {
      attributes: true,
      attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "data-vscode-theme-kind", "data-theme", "theme", "class"],
    });
  }
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", later);
  return () => {
    observer.disconnect();
    again.forEach(clearTimeout);
    media.removeEventListener("change", later);
  };
}
