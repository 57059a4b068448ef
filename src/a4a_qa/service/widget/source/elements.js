// What all is drawn with: elements and text only. What comes from the service is never read as HTML, and an address
// becomes a link only when it is one of the web.

/** @typedef {import("./answer.js").Context} Context */

/**
 * An element with its part, attributes and content; an attribute that is null or false is left out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} part @param {Record<string, unknown>} [attributes] @param {...(Node | string | null)} content
 */
export function make(tag, part, attributes = {}, ...content) {
  const made = document.createElement(tag);
  if (part) made.setAttribute("part", part);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") listen(made, name, /** @type {(event: Event) => void} */ (value));
    else if (value !== null && value !== false) made.setAttribute(name, /** @type {string} */ (value)); // any text switches a boolean one on
  }
  made.append(...content.filter((one) => one !== null));
  return made;
}

/** A picture of one line. @param {string} line @param {number} [size] */
export function icon(line, size = 20) {
  const [picture, path] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  for (const [name, value] of Object.entries({ viewBox: "0 0 20 20", width: size, height: size, "aria-hidden": true })) picture.setAttribute(name, `${value}`);
  path.setAttribute("d", line);
  picture.append(path);
  return picture;
}

/** A click or a form is ours alone. @param {Element} made @param {string} name @param {(event: Event) => void} told */
function listen(made, name, told) {
  made.addEventListener(name, (event) => {
    if (event.type === "submit" || made instanceof HTMLAnchorElement) event.preventDefault();
    told(event);
  });
}

/** @param {string} text @param {Record<string, unknown>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

// The report's words are English and run from left to right, whatever is around them.
export const REPORT = { lang: "en", dir: "ltr" };
/** Cells are parted by tabs, blocks by an empty line; of an empty cell a dash is seen. @param {string} text */
export const plain = (text) => text.replace(/\t(?=\t|$)/g, " · –").replaceAll("\t", " · ");

/**
 * Words of the report, each block by itself, a table row as its cells below the `heads` of their columns where these
 * are given. What stands between two \0 is marked.
 * @param {string} text @param {string[]} [heads]
 */
export function blocks(text, heads) {
  let marked = false;
  return text.split("\n\n").map((block) => {
    const cells = block.split("\t");
    if (heads && cells[1] !== undefined) {
      return make("dl", "", {}, ...cells.flatMap((cell, at) => cell ? [heads[at] ? make("dt", "", {}, heads[at]) : null, make("dd", "", {}, cell)] : []));
    }
    return make("p", "", {}, ...block.split("\0").map((piece, at) => {
      if (at) marked = !marked;
      return marked ? make("mark", "", {}, plain(piece)) : plain(piece);
    }));
  });
}

/** @param {string | null | undefined} address @param {URL} [base] */
export function web(address, base) {
  const url = address && URL.canParse(address, base) ? new URL(address, base) : null;
  return url && /^https?:$/.test(url.protocol) ? url : null;
}

/**
 * A link that tells the other site nothing.
 * @param {URL | null} url @param {Node | string} words @param {Pick<Context, "t" | "target">} context
 * @param {{part?: string, of?: string | null}} [more]
 */
export function link(url, words, context, more = {}) {
  if (!url) return make("span", "", {}, words);
  const told = [more.of && ` ${more.of}`, context.target === "_blank" && ` ${context.t.new_tab}`].filter(Boolean).join("");
  return make("a", /** @type {string} */ (more.part ?? ""), { href: url, rel: "noreferrer", target: context.target },
    words, told ? make("span", "", { class: "unseen" }, told) : null);
}

