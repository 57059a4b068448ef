// Asks without leaving the page, and copies. Without it the same form and the same answers work by themselves.

const form = document.getElementById("ask");
const box = document.getElementById("question");
const status = document.getElementById("status");
const problem = document.getElementById("problem");
const answer = document.querySelector(".answers");
const afresh = form.querySelector(".afresh");
const SLOW = 30000;
let waiting = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const example = event.submitter?.name === "example" ? event.submitter.value : "";
  if (example) box.value = example;
  ask(new URLSearchParams(new FormData(form)));
});

// Enter asks, Shift and Enter begin a new line, and Enter that ends a composed character does neither.
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.matches(".again")) {
    event.preventDefault();
    ask(new URLSearchParams(new FormData(event.target, event.submitter)));
  } else if (event.target.matches(".feedback")) {
    event.preventDefault();
    sendFeedback(event.target, event.submitter);
  }
});

document.addEventListener("click", (event) => {
  const cited = event.target.closest(".cited a[href^='#source-']");
  if (cited) open(cited);
  if (event.target.matches(".copy button")) copy(event.target);
  if (event.target.matches(".afresh a")) {
    event.preventDefault();
    location.replace(event.target.href);
  }
});

// Paper has room for the evidence that is closed on the screen; what describes abuse stays closed within it.
let printed = [];
addEventListener("beforeprint", () => {
  printed = [...document.querySelectorAll("details:is(.source, .note):not([open])")];
  for (const source of printed) source.open = true;
});
addEventListener("afterprint", () => {
  for (const source of printed) source.open = false;
});

// A page that the browser keeps, to show it again on Back, must not show what was asked.
addEventListener("pagehide", (event) => {
  if (event.persisted) forget();
});

function forget() {
  waiting?.abort();
  box.value = "";
  form.elements.section.value = "";
  for (const earlier of form.querySelectorAll("input[name=history]")) earlier.remove();
  answer.replaceChildren();
  afresh.replaceChildren();
  refuse("");
}

async function ask(fields) {
  const longest = Number(box.dataset.longest);
  // In characters, as the service counts, and not in the units that JavaScript has for them.
  const { length } = [...(fields.get("question") ?? "").trim()];
  if (!length) return refuse("The question is empty.", true);
  if (length > longest) return refuse(`The question has ${length} characters; at most ${longest} are read. Shorten it.`, true);
  waiting?.abort();
  waiting = new AbortController();
  const slow = setTimeout(() => waiting.abort("slow"), SLOW);
  say("Looking it up …");
  try {
    const reply = await fetch("/", options(fields, waiting.signal));
    show(new DOMParser().parseFromString(await reply.text(), "text/html"), reply);
  } catch (error) {
    if (error === "slow") refuse("The answer took too long. Ask again, or ask something shorter.");
    else if (error.name !== "AbortError") refuse("The service cannot be reached. Your question is still here: ask again.");
  } finally {
    clearTimeout(slow);
  }
}

function options(fields, signal) {
  return {
    method: "POST", body: fields, signal, headers: { accept: "text/html" },
    credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer",
  };
}

// Takes over what the server drew: the answer, the earlier questions, or what is wrong.
function show(page, reply) {
  const drawn = page.querySelector(".answers");
  if (!reply.ok || !drawn?.firstElementChild) {
    const [title, detail] = page.querySelectorAll("#problem:not(:empty), main > h1, main > h1 + p");
    const words = (page.getElementById("problem") ?? detail ?? title)?.textContent.trim();
    return refuse(words || "Something went wrong. Ask again.", Boolean(page.querySelector("#question[aria-invalid]")));
  }
  refuse("");
  // What was pressed is about to go: the focus goes back to the box before.
  if (document.activeElement?.closest(".answers, .examples")) box.focus({ preventScroll: true });
  answer.replaceChildren(...drawn.childNodes);
  for (const earlier of form.querySelectorAll("input[name=history]")) earlier.remove();
  form.append(...page.querySelectorAll("#ask input[name=history]"));
  afresh.replaceChildren(...page.querySelector(".afresh").childNodes);
  form.querySelector(".examples")?.remove();
  document.title = page.title;
  enhance(answer);
  say("The answer is ready. ", link("Go to the answer", "#asked"));
  bringIntoView();
}

// `isInvalid` tells what cannot be asked from a service that cannot answer now.
function refuse(words, isInvalid = false) {
  problem.textContent = words;
  if (isInvalid) box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
  say("");
  // Below an answer the form may have been scrolled away.
  if (words) problem.scrollIntoView({ block: "nearest" });
}

function say(...content) {
  status.replaceChildren(...content);
}

function link(words, address) {
  const made = document.createElement("a");
  made.textContent = words;
  made.href = address;
  return made;
}

// The focus stays in the form; only what is seen moves, and only as far as needed.
function bringIntoView() {
  const top = answer.getBoundingClientRect().top;
  if (top > innerHeight * 0.6) status.scrollIntoView({ block: "start" });
}

function open(cited) {
  document.querySelector(cited.getAttribute("href"))?.closest("details")?.setAttribute("open", "");
}

function enhance(root) {
  for (const name of root.querySelectorAll(".copy-name")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${name.textContent}`);
    name.append(button);
  }
}

async function copy(button) {
  const text = button.closest(".copy").querySelector("pre");
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Copied";
    say(`${button.closest(".copy").dataset.name} copied.`);
  } catch {
    // Not allowed, or not a secure page: select it, so that it can be copied by hand.
    getSelection().selectAllChildren(text);
    say("Selected. Copy it with your keyboard or menu.");
  }
}

async function sendFeedback(sent, submitter) {
  const fields = new URLSearchParams([[submitter.name, submitter.value]]);
  let words = "That could not be counted. Try again later.";
  let counted = false;
  try {
    counted = (await fetch(sent.action, options(fields))).ok;
  } catch {
    words = "The service cannot be reached. Try again later.";
  }
  const note = sent.querySelector(".told") ?? document.createElement("p");
  note.className = "told";
  note.textContent = counted ? "Counted. Thank you." : words;
  if (counted) {
    note.tabIndex = -1;
    sent.replaceChildren(note);
    note.focus({ preventScroll: true });
  } else {
    sent.append(note);
    say(words);
  }
}

enhance(answer);
