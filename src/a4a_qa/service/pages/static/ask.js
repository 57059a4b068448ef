// Asks without leaving the page, and copies. Without it the same form and the same answers work by themselves.

const form = document.getElementById("ask");
const box = document.getElementById("question");
const status = document.getElementById("status");
const problem = document.getElementById("problem");
const thread = document.querySelector(".thread");
const earlier = form.querySelector(".earlier");
const afresh = form.querySelector(".afresh");
const SLOW = 30000;
let waiting = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const example = event.submitter?.name === "example" ? event.submitter.value : "";
  if (example) box.value = example;
  ask(new FormData(form));
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
    ask(new FormData(event.target, event.submitter));
  } else if (event.target.matches(".feedback")) {
    event.preventDefault();
    sendFeedback(event.target, event.submitter);
  }
});

document.addEventListener("click", (event) => {
  const source = event.target.closest(".to-source");
  if (source) openSource(source);
  if (event.target.matches(".copy button")) copy(event.target);
  if (event.target.matches(".share")) share(event.target);
  if (event.target.matches(".afresh a")) {
    event.preventDefault();
    location.replace(event.target.href);
  }
});

// A window that has become wide has the evidence beside the answer, and needs no sheet.
matchMedia("(min-width: 64rem)").addEventListener("change", () => {
  for (const sheet of document.querySelectorAll(".evidence:popover-open")) sheet.hidePopover();
});

// Paper has room for the evidence that is closed on the screen; what describes abuse stays closed within it.
let printed = [];
addEventListener("beforeprint", () => {
  printed = [...document.querySelectorAll("details.source:not([open])")];
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
  form.reset();
  box.value = "";
  for (const choice of form.querySelectorAll("select")) choice.value = "";
  for (const part of [thread, earlier, afresh]) part.replaceChildren();
  refuse("");
}

async function ask(fields) {
  const longest = Number(box.dataset.longest);
  const question = (fields.get("question") ?? "").trim();
  // In characters, as the service counts, and not in the units that JavaScript has for them.
  const { length } = [...question];
  if (!length) return refuse("The question is empty. Ask something about the report.", true);
  if (length > longest) return refuse(`Your question has ${length} characters, and at most ${longest} can be read. Please shorten it.`, true);
  waiting?.abort();
  const own = new AbortController();
  waiting = own;
  const slow = setTimeout(() => own.abort("slow"), SLOW);
  refuse("");
  const turn = begin(question);
  say("Looking it up …");
  fields.set("newest_only", "yes");
  try {
    const reply = await fetch(form.action, options(new URLSearchParams(fields), own.signal));
    show(new DOMParser().parseFromString(await reply.text(), "text/html"), reply, turn);
  } catch (error) {
    turn.remove();
    if (error === "slow") refuse("The answer took too long. Please ask again, or ask something shorter.");
    else if (error.name !== "AbortError") refuse("The service cannot be reached. Your question is still here: please ask again.");
  } finally {
    clearTimeout(slow);
  }
}

function options(body, signal) {
  return {
    method: "POST", body, signal, headers: { accept: "text/html" },
    credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer",
  };
}

// Shows at once what is being looked up. What was pressed may go: the focus goes to the box before.
function begin(question) {
  if (document.activeElement?.closest(".thread, .examples")) box.focus({ preventScroll: true });
  const turn = document.createElement("article");
  turn.className = "answer pending";
  const heading = document.createElement("h2");
  heading.dir = "auto";
  heading.textContent = question;
  const working = document.createElement("p");
  working.textContent = "Looking it up …";
  working.ariaHidden = "true"; // the status says it
  turn.append(heading, working);
  thread.append(turn);
  turn.scrollIntoView({ block: "start" });
  return turn;
}

// Takes over what the server drew: the answer and the earlier questions, or what is wrong.
function show(page, reply, turn) {
  const drawn = page.querySelector(".thread > :last-child");
  if (!reply.ok || !drawn) {
    turn.remove();
    const [title, detail] = page.querySelectorAll("#problem:not(:empty), main > h1, main > h1 + p");
    const words = (page.getElementById("problem") ?? detail ?? title)?.textContent.trim();
    return refuse(words || "Something went wrong. Please ask again.", Boolean(page.querySelector("#question[aria-invalid]")));
  }
  document.getElementById("answer")?.removeAttribute("id");
  turn.replaceWith(drawn);
  while (thread.childElementCount > Number(thread.dataset.most)) thread.firstElementChild.remove();
  earlier.replaceChildren(...page.querySelector(".earlier").childNodes);
  afresh.replaceChildren(...page.querySelector(".afresh").childNodes);
  box.value = "";
  box.placeholder = page.getElementById("question").placeholder;
  document.title = page.title;
  enhance(drawn);
  const heading = drawn.querySelector("h2");
  say("The answer is ready. ", link("Go to the answer", `#${heading.id}`));
  // The focus stays in the box; only what is seen moves.
  drawn.scrollIntoView({ block: "start" });
}

// `isInvalid` tells what cannot be asked from a service that cannot answer now.
function refuse(words, isInvalid = false) {
  problem.textContent = words;
  if (isInvalid) box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
  say("");
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

// The evidence of one quote, and that of the others out of the way.
function openSource(control) {
  const target = control.parentElement.querySelector("a").getAttribute("href");
  const wanted = document.querySelector(target)?.closest("details");
  for (const source of wanted?.closest(".sources").querySelectorAll("details.source") ?? []) source.open = source === wanted;
}

function enhance(root) {
  for (const name of root.querySelectorAll(".copy-name")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${name.textContent}`);
    name.append(button);
  }
  for (const onward of root.querySelectorAll(".onward")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "share";
    button.textContent = "Copy link";
    onward.after(button);
  }
}

// The address of the quote: of the report's words alone, and of nothing that was typed.
async function share(button) {
  try {
    const onward = button.previousElementSibling;
    await navigator.clipboard.writeText(onward.href + onward.dataset.textFragment);
    button.textContent = "Copied";
    say("Link copied.");
  } catch {
    say("The link cannot be copied here. Copy its address with the menu of your browser.");
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
  let words = "That could not be counted. Please try again later.";
  let counted = false;
  try {
    counted = (await fetch(sent.action, options(fields))).ok;
  } catch {
    words = "The service cannot be reached. Please try again later.";
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

enhance(thread);
