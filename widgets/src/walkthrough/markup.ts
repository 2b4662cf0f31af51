// HTML that Python made, made anew element by element: what is not listed here does not get into the page.

const HTML = "http://www.w3.org/1999/xhtml";
const MATHML = "http://www.w3.org/1998/Math/MathML";
const ELEMENTS: Record<string, ReadonlySet<string>> = {
  [HTML]: new Set("p br hr em strong s code pre blockquote ul ol li h3 h4 h5 h6 table thead tbody tr th td a span mark".split(" ")),
  [MATHML]: new Set(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd mstyle mpadded mphantom menclose".split(" "),
  ),
};
const PLAIN = /^[\w .,:%+-]{0,160}$/;
const LINK = /^(https?:\/\/|mailto:)[^\s<>"'`]+$/i;
const ATTRIBUTES: Record<string, RegExp> = {
  href: LINK, title: /^[^<>]*$/, class: /^(subject|object|reads|who|denies|supposes|licence|closed|works)$/,
  lang: /^[\w-]{1,20}$/, "data-statement": /^[\w:-]{1,80}$/,
  start: /^\d{1,6}$/, display: /^(block|inline)$/,
};
const MATHS = new Set(
  "stretchy fence separator form minsize maxsize movablelimits largeop lspace rspace mathvariant linethickness columnalign rowspacing columnspacing columnlines rowlines width accent accentunder notation displaystyle scriptlevel".split(" "),
);

/** A piece of a page from markup, with nothing in it that could run or load. */
export function rebuilt(markup: string): DocumentFragment {
  const out = document.createDocumentFragment();
  // What is parsed here belongs to no page: nothing of it runs or loads.
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  out.append(...[...parsed.body.childNodes].flatMap(anew));
  return out;
}

function anew(node: Node): Node[] {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? "")];
  if (!(node instanceof Element)) return [];
  const children = [...node.childNodes].flatMap(anew);
  const space = node.namespaceURI ?? HTML;
  if (!ELEMENTS[space]?.has(node.localName)) return /^(script|style)$/.test(node.localName) ? [] : children;
  const made = document.createElementNS(space, node.localName);
  for (const { name, value } of node.attributes) {
    const allowed = ATTRIBUTES[name] ?? (space === MATHML && MATHS.has(name) ? PLAIN : null);
    if (allowed?.test(value)) made.setAttribute(name, value);
  }
  if (node.localName === "a") {
    made.setAttribute("target", "_blank");
    made.setAttribute("rel", "noopener noreferrer");
  }
  made.append(...children);
  return [made];
}
