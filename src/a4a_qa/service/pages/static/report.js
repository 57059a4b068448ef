// Marks what a link led to, searches within the report, and keeps the section in the address.

const article = document.querySelector("article");

// Marks all sentences of a quote: the address names the first by its anchor, and the last by "to".
function mark() {
  for (const marked of document.querySelectorAll(".marked")) marked.classList.remove("marked");
  // A browser that knows no text fragments leaves them in the address, and does not find the anchor before them.
  const [name, words] = location.hash.slice(1).split(":~:");
  if (words) location.replace(`#${name}`);
  document.getElementById(name)?.closest("details")?.setAttribute("open", "");
  const sentences = [...document.querySelectorAll(".s")];
  // What stays closed until it is opened has its anchor outside, and its sentences only their names.
  const named = (wanted) => sentences.find((one) => (one.id || one.dataset.place) === wanted);
  const first = named(name);
  const last = named(new URLSearchParams(location.search).get("to"));
  // Also when it is one sentence: an address that names words as well leaves the style sheet without a target.
  if (first) markBetween(first, last ?? first, sentences);
}

function markBetween(first, last, sentences) {
  for (const sentence of sentences.slice(sentences.indexOf(first), sentences.indexOf(last) + 1)) {
    sentence.classList.add("marked");
  }
}

addEventListener("hashchange", mark);
mark();

// The section that is being read: marked among the contents, and in the address once there is no other place in it.
const links = new Map([...document.querySelectorAll(".contents a")].map((one) => [one.hash.slice(1), one]));
const headings = [...article.querySelectorAll(":is(h2, h3)[id]")].filter((one) => links.has(one.id));
const TOP = 160;

function follow() {
  const reached = headings.findLast((one) => one.getBoundingClientRect().top < TOP);
  const current = document.querySelector(".contents [aria-current]");
  const wanted = links.get(reached?.id);
  if (wanted === current) return;
  current?.removeAttribute("aria-current");
  wanted?.setAttribute("aria-current", "location");
  if (wanted) show(wanted);
  if (/^(#(section-.*|endnotes))?$/.test(location.hash) && location.hash !== (wanted?.hash ?? "")) {
    history.replaceState(null, "", wanted ? `#${reached.id}` : location.pathname + location.search);
  }
}

// Scrolls the contents alone: to scroll into view would also move where Tab goes on from.
function show(link) {
  const list = link.closest(".contents");
  const below = link.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (below < 0 || below > list.clientHeight - 40) list.scrollTop += below - list.clientHeight / 2;
}

let isDue = false;
addEventListener("scroll", () => {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    follow();
  });
}, { passive: true });

// Searches in what is open, by blocks; nothing is sent.
const search = document.querySelector(".search");
const box = document.getElementById("find");
const told = document.getElementById("found");
const BLOCKS = "p, li, th, td, h1, h2, h3, h4, h5, h6";
let texts = null;
let hits = [];
let at = -1;

function find() {
  const words = box.value.trim().toLowerCase();
  hits = words.length > 1 ? readTexts().flatMap((text) => rangesIn(text, words)) : [];
  at = -1;
  CSS.highlights.set("found", new Highlight(...hits));
  CSS.highlights.delete("current");
  told.textContent = words.length > 1 ? (hits.length ? `${hits.length} found. Enter goes to the next.` : "Nothing found.") : "";
}

// The words of each block, joined across its sentences, without the numbers of endnotes.
function readTexts() {
  texts ??= [...article.querySelectorAll(BLOCKS)].filter((block) => !block.querySelector(BLOCKS)).map((block) => {
    const nodes = [];
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) if (!node.parentElement.closest("sup, .unseen")) nodes.push(node);
    return { block, nodes, words: nodes.map((node) => node.data).join("").toLowerCase() };
  });
  return texts.filter(({ block }) => !block.closest("details:not([open])"));
}

function rangesIn({ nodes, words }, wanted) {
  const found = [];
  for (let from = words.indexOf(wanted); from >= 0; from = words.indexOf(wanted, from + wanted.length)) {
    const range = new Range();
    range.setStart(...placeIn(nodes, from));
    range.setEnd(...placeIn(nodes, from + wanted.length));
    found.push(range);
  }
  return found;
}

function placeIn(nodes, offset) {
  for (const node of nodes) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
  }
  return [nodes.at(-1), nodes.at(-1).length];
}

function goTo(step) {
  if (!hits.length) return;
  at = (at + step + hits.length) % hits.length;
  CSS.highlights.set("current", new Highlight(hits[at]));
  hits[at].startContainer.parentElement.scrollIntoView({ block: "center" });
  told.textContent = `${at + 1} of ${hits.length}`;
}

if (window.Highlight) {
  box.addEventListener("input", find);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    goTo(event.shiftKey ? -1 : 1);
  });
} else {
  search.hidden = true;
}
