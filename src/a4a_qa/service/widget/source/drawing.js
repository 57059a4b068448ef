// An answer as elements.

import { REPORT, blocks, fill, link, make, plain, web } from "./elements.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {import("./answer.js").Citation} Citation */
/** @typedef {import("./answer.js").Endnote} Endnote */
/** @typedef {import("./answer.js").Strings} Strings */
/** @typedef {import("./answer.js").Context} Context */

/** @param {Citation["page"]} page @param {Strings} t */
function pageOf(page, t) {
  return page ? `, ${fill(page.first === page.last ? t.page : t.pages, { label: page.label })}` : "";
}

/** @param {{section: string[], page: Citation["page"]}} place @param {Strings} t */
function placeOf({ section, page }, t) {
  return make("span", "", {}, make("span", "", REPORT, section.join(" › ")), pageOf(page, t));
}

/** @param {{notices?: string[]}} place @param {string} notice */
const has = (place, notice) => !!place.notices?.includes(notice);

/** @param {string} text @param {boolean} closed @param {Strings} t */
function quote(text, closed, t) {
  const block = make("blockquote", "quote", REPORT, ...blocks(text));
  return closed ? make("details", "", { class: "closed" }, make("summary", "", {}, t.distressing), block) : block;
}

/**
 * The whole passage, with the quote marked in it.
 * @param {Citation} citation @param {Answer} answer @param {Strings} t
 */
function passageOf(citation, answer, t) {
  const whole = answer.passages.find((one) => one.id === citation.passage_id) ?? { ...citation, text: citation.quote };
  const characters = [...whole.text]; // a string of JavaScript may have two units for one
  for (const at of [citation.end, citation.start]) characters.splice(at - whole.start, 0, "\0");
  return quote(characters.join(""), has(citation, "distressing") || has(whole, "distressing"), t);
}

/** @param {{notices?: string[]}} place @param {Context} context */
function contactsOf(place, { t, year }) {
  if (!has(place, "contact_2011")) return null;
  return make("p", "", { class: "quiet" }, year ? fill(t.old_contacts, { year }) : t.old_contacts_undated);
}

/** @param {Answer} answer @param {Strings} t */
function dated(answer, t) {
  return make("p", "dated", {}, fill(answer.report.year ? t.dated : t.undated, { year: answer.report.year }));
}

/** How sure the answer is, in the words of the pages: with a caveat fair at most, and without a number. @param {Answer} answer @param {Strings} t */
function confidence({ status, confidence: sure }, t) {
  if (sure === null) return "";
  const [high, fair, low] = status === "partial" ? [t.fair_partial, t.fair_partial, t.low_partial] : [t.high, t.fair, t.low];
  const n = Math.min(9, Math.max(1, Math.round(10 * sure)));
  return fill(sure >= 0.8 ? high : sure >= 0.5 ? fair : low, { n });
}

/**
 * The beginning of a turn: the question as a heading, and that it is being looked up until `drawTurn` has the answer.
 * @param {string} words @param {number} level @param {Strings} t
 */
export function drawQuestion(words, level, t) {
  const heading = /** @type {"h3"} */ (`h${level + 1}`);
  return make("article", "turn", { "aria-busy": "true" },
    make(heading, "question", { tabindex: -1 }, make("span", "", { class: "unseen" }, `${t.answer_to} `), make("span", "", { dir: "auto" }, words)),
    make("p", "", { class: "working", "aria-hidden": "true" }, t.working)); // the status region says so too
}

/**
 * A turn: the question, and what was found.
 * @param {Answer} answer @param {Context} context
 */
export function drawTurn(answer, context) {
  const turn = drawQuestion(answer.question, context.level, context.t);
  const declined = answer.status === "declined" ? make("p", "", { class: "message", ...REPORT }, answer.text) : null;
  const rest = answer.status === "support" ? support(answer, context) : declined ? [] : report(answer, context);
  turn.removeAttribute("aria-busy");
  turn.lastChild?.remove();
  const shown = [declined, answer.help ? helpCard(answer.help, context) : null, ...rest];
  turn.append(...shown.filter((one) => one !== null));
  return turn;
}

/** @param {Answer} answer @param {Context} context */
function report(answer, context) {
  const { t } = context;
  const cites = answer.citations.length > 0;
  const near = nearest(answer, context);
  const message = answer.reason?.message ?? (cites ? "" : answer.text);
  const sure = cites ? confidence(answer, t) : "";
  const isSure = answer.status !== "partial" && (answer.confidence ?? 0) >= 0.8;
  const unsure = isSure ? "" : sure;
  return [
    message || unsure ? make("p", "", { class: cites ? "caveat" : "message" }, make("span", "", REPORT, message), " ", unsure) : null,
    cites || near ? dated(answer, t) : null,
    cites ? words(answer, context) : null,
    isSure && sure ? make("p", "", { class: "quiet" }, sure) : null,
    near,
    answer.sections?.length ? sections(answer.sections, context) : null,
    context.feedback ? feedback(answer, context) : null,
  ];
}

/** @param {Answer} answer @param {Context} context */
function words(answer, context) {
  const { t } = context;
  const first = (/** @type {string} */ notice) => answer.citations.find((one) => has(one, notice));
  const short = first("distressing") ? null : answer.short_answer;
  const lead = short?.polarity ? make("strong", "", {}, `${t[short.polarity]} – `) : `${t.short} `;
  return make("div", "answer", {},
    short ? make("p", "", { class: "short" }, lead, make("b", "", REPORT, plain(short.text))) : null,
    ...answer.citations.flatMap((one) => [one === first("see_also") ? make("p", "", { class: "quiet" }, t.see_also) : null,
      ...quoted(one, context), card(one, answer, context)]));
}

/** @param {Citation} citation @param {Context} context */
function quoted(citation, context) {
  const { t } = context;
  const mark = make("a", "source", {
    class: "mark", href: web(citation.url.slice(1), context.host), "aria-label": fill(t.source, { n: citation.marker }) + pageOf(citation.page, t),
    click: () => context.openSource(citation.marker),
  }, `[${citation.marker}]`);
  if (has(citation, "distressing")) return [make("p", "", {}, `${t.closed} `, mark)];
  const heads = citation.context.find((one) => one.text.includes("\t"));
  const around = citation.context.filter((one) => one !== heads).map((one) => make("p", "", { class: "quiet" }, one.text));
  const said = make("blockquote", "quote", REPORT, ...around, ...blocks(heads ? citation.quote : `“${citation.quote}”`, heads?.text.split("\t")));
  [...said.querySelectorAll(":last-child")].at(-1)?.append(" ", mark);
  return [said, contactsOf(citation, context)];
}

/** The evidence, below the quote: closed, or its passage, endnotes and ways on. @param {Citation} citation @param {Answer} answer @param {Context} context */
function card(citation, answer, context) {
  const { t } = context;
  const copied = make("span", "", { role: "status", class: "quiet" });
  const inside = make("div", "", { class: "inside" },
    passageOf(citation, answer, t),
    has(citation, "distressing") ? contactsOf(citation, context) : null,
    ...notes(citation, answer, context),
    make("p", "", { class: "ways" },
      link(web(citation.url.slice(1), context.host), t.open, context, { part: "source-link" }),
      make("button", "", { type: "button", click: () => copy(citation, copied, context) }, t.copy), copied));
  return make("details", "source-card", {
    "data-marker": citation.marker,
    toggle: (/** @type {Event} */ event) => {
      if (/** @type {HTMLDetailsElement} */ (event.currentTarget).open) context.sourceOpened(citation.id);
    },
  }, make("summary", "", {}, make("span", "", { class: "number" }, String(citation.marker)), " ", placeOf(citation, t)), inside);
}

/** @param {Citation} citation @param {HTMLElement} told @param {Context} context */
async function copy(citation, told, { t }) {
  try {
    await navigator.clipboard.writeText(`“${citation.quote}” (${citation.reference.replace(/\.+$/, "")})`);
    told.textContent = t.copied;
  } catch {
    // Not allowed here: shown instead, so that it can be copied by hand.
    told.replaceChildren(make("span", "", REPORT, citation.reference));
  }
}

/** @param {Citation} citation @param {Answer} answer @param {Context} context @returns {Node[]} */
function notes(citation, answer, context) {
  const { t } = context;
  const find = (/** @type {number} */ number) => answer.endnotes.filter((note) => note.number === number);
  const own = citation.endnotes.flatMap(find);
  if (own.length) return own.map((note) => endnote(note, context));
  const next = find(citation.following_endnote ?? NaN);
  return [make("p", "", { class: "quiet" }, next.length ? t.next_note : t.no_note), ...next.map((note) => endnote(note, context))];
}

/** @param {Endnote} note @param {Context} context */
function endnote(note, context) {
  const { t } = context;
  const shown = make("div", "", { class: "note" },
    make("p", "", {}, make("b", "", {}, `${fill(t.endnote, { n: note.number })} `), make("span", "", REPORT, note.text)));
  for (const source of note.sources) {
    const [original, archived] = [web(source.url), web(source.archived_url)];
    if (!original) continue;
    const of = { of: source.url };
    shown.append(make("p", "", { class: "ways" }, link(original, t.original, context, of),
      archived ? link(archived, t.archived, context, of) : null));
  }
  return shown;
}

/** @param {Answer} answer @param {Context} context */
function nearest(answer, context) {
  const found = (answer.reason?.nearest ?? []).flatMap((place) => {
    // A service before 1.1 names the place alone; its words stand in a passage.
    const passage = answer.passages.find((one) => one.id === place.passage_id);
    const text = place.quote ?? (passage && [...passage.text].slice(place.start - passage.start, place.end - passage.start).join(""));
    if (!text) return [];
    const shown = near({ ...passage, ...place, text }, place.url, context);
    for (const number of place.endnotes ?? []) {
      const note = answer.endnotes.find((one) => one.number === number);
      if (note) shown.append(endnote(note, context));
      else shown.lastChild?.appendChild(link(web("report#" + `endnote-${number}`, context.host), fill(context.t.endnote, { n: number }), context));
    }
    return [shown];
  });
  if (!found.length) return null;
  return make("section", "", {}, heading(context.t.nearest, context), make("p", "", { class: "quiet" }, context.t.nearest_note),
    make("ul", "source-list", { role: "list" }, ...found));
}

/** @param {{text: string, section?: string[], page?: Citation["page"], notices?: string[]}} place @param {string} url @param {Context} context */
function near(place, url, context) {
  const { text, section = [], page = null } = place;
  return make("li", "", {}, quote(text, has(place, "distressing"), context.t), contactsOf(place, context),
    make("p", "", { class: "ways" }, link(web(url.slice(1), context.host), placeOf({ section, page }, context.t), context)));
}

/** What an overview lists. @param {NonNullable<Answer["sections"]>} places @param {Context} context */
function sections(places, context) {
  return make("section", "", {}, heading(context.t.sections, context), make("ul", "source-list", { role: "list", class: "contents" },
    ...places.map(({ path, page, url }) => make("li", "", {},
      link(web(url.slice(1), context.host), make("span", "", REPORT, path.at(-1) ?? ""), context),
      make("span", "", { class: "quiet" }, pageOf(page, context.t).slice(2))))));
}

/** @param {string} words @param {Context} context */
function heading(words, { level }) {
  return make(/** @type {"h4"} */ (`h${level + 2}`), "", {}, words);
}

/** @param {Answer} answer @param {Context} context @returns {Node[]} */
function support(answer, context) {
  const { t } = context;
  const shown = answer.help ? [] : [make("p", "help-card", REPORT, answer.text)];
  const found = answer.passages.slice(0, 3).map((passage) => near(passage, `/report#${passage.id}`, context));
  shown.push(make("p", "", {}, make("button", "", { type: "button", click: context.askAboutReport }, t.about_report)));
  if (!found.length) return shown;
  return [...shown, make("details", "", {}, make("summary", "", {}, t.passages), dated(answer, t),
    make("ul", "source-list", { role: "list" }, ...found))];
}

let cards = 0; // by which regions of one page have different names
/** @param {NonNullable<Answer["help"]>} help @param {Context} context */
function helpCard(help, context) {
  const contacts = help.contacts.map((contact) => {
    const { value, verified_on: on } = contact;
    const number = value && /^[+\d][\d\s()-]+$/.test(value) ? `tel:${value.replace(/[^+\d]/g, "")}` : null;
    return make("li", "", {}, link(web(contact.url), contact.name, context),
      contact.country ? make("span", "", { class: "quiet" }, ` (${contact.country})`) : null,
      value ? make("div", "", {}, number ? make("a", "", { href: number }, value) : make("strong", "", {}, value),
        on ? make("span", "", { class: "quiet" }, ` ${fill(context.t.checked, { on })}`) : null) : null);
  });
  return make("section", "help-card", { "aria-label": `${context.t.help_card} ${++cards}` },
    make("p", "", REPORT, help.text), make("ul", "", { role: "list" }, ...contacts));
}

/** @param {Answer} answer @param {Context} context */
function feedback(answer, context) {
  const { t } = context;
  const about = answer.citations.length ? t.right : t.right_refusal;
  const told = make("span", "", { role: "status" });
  let given = false;
  const button = (/** @type {string} */ value, /** @type {string} */ words) => make("button", "", {
    type: "button",
    click: async () => {
      if (given) return; // an answer has one
      given = true;
      given = await context.giveFeedback(answer.answer_id, value);
      told.textContent = given ? t.counted : t.not_counted;
      if (given) for (const one of buttons) one.setAttribute("aria-disabled", "true");
    },
  }, words);
  const buttons = [button("yes", t.yes), button("no", t.no_wrong)];
  return make("div", "feedback", { role: "group", "aria-label": about }, make("p", "", {}, about, " ", make("span", "", { class: "quiet" }, t.feedback_note)),
    make("div", "", { class: "ways" }, ...buttons, told));
}
