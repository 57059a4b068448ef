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
  if (sure === null) return null;
  const [high, fair, low] = status === "partial" ? [t.fair_partial, t.fair_partial, t.low_partial] : [t.high, t.fair, t.low];
  const n = Math.min(9, Math.max(1, Math.round(10 * sure)));
  return make("p", "", { class: "quiet" }, fill(sure >= 0.8 ? high : sure >= 0.5 ? fair : low, { n }));
}

/**
 * A turn: the question as a heading, and what was found.
 * @param {Answer} answer @param {Context} context
 */
export function drawTurn(answer, context) {
  const { t, level } = context;
  const heading = /** @type {"h3"} */ (`h${level + 1}`);
  const question = make(heading, "question", { tabindex: -1, dir: "auto" },
    make("span", "", { class: "unseen" }, `${t.answer_to} `), answer.question);
  const declined = answer.status === "declined" ? make("p", "", { class: "refusal", ...REPORT }, answer.text) : null;
  const rest = answer.status === "support" ? support(answer, context) : declined ? [] : report(answer, context);
  return make("article", "turn", {}, question, declined, answer.help ? helpCard(answer.help, context) : null, ...rest);
}

/** @param {Answer} answer @param {Context} context */
function report(answer, context) {
  const { t } = context;
  const cites = answer.citations.length > 0;
  const reason = answer.reason?.message ?? (cites ? null : answer.text);
  return [
    dated(answer, t),
    cites ? words(answer, context) : null,
    cites ? confidence(answer, t) : null,
    reason ? make("p", "", { class: "refusal", ...REPORT }, reason) : null,
    cites ? sources(answer, context) : nearest(answer, context),
    context.feedback ? feedback(answer, context) : null,
  ];
}

/** @param {Answer} answer @param {Context} context */
function words(answer, context) {
  const { t } = context;
  const first = (/** @type {string} */ notice) => answer.citations.find((one) => has(one, notice));
  const short = first("distressing") ? null : answer.short_answer;
  const verdict = short?.polarity ? make("strong", "", {}, `${t[short.polarity]} – `) : null;
  return make("div", "answer", {},
    short ? make("p", "", { class: "short" }, `${t.short} `, verdict, make("b", "", REPORT, plain(short.text))) : null,
    ...answer.citations.flatMap((one) => [one === first("see_also") ? make("p", "", { class: "quiet" }, t.see_also) : null, ...quoted(one, context)]));
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
  const said = make("blockquote", "", REPORT, ...around, ...blocks(heads ? citation.quote : `“${citation.quote}”`, heads?.text.split("\t")));
  [...said.querySelectorAll(":last-child")].at(-1)?.append(" ", mark);
  return [said, contactsOf(citation, context)];
}

/** @param {Answer} answer @param {Context} context */
function sources(answer, context) {
  const heading = /** @type {"h4"} */ (`h${context.level + 2}`);
  const cards = answer.citations.map((one) => make("li", "", {}, card(one, answer, context)));
  return make("section", "", {}, make(heading, "", {}, context.t.sources), make("ol", "source-list", { role: "list" }, ...cards));
}

/** @param {Citation} citation @param {Answer} answer @param {Context} context */
function card(citation, answer, context) {
  const { t } = context;
  const copied = make("span", "", { role: "status", class: "quiet" });
  const inside = make("div", "", { class: "inside" },
    passageOf(citation, answer, t),
    contactsOf(citation, context),
    make("p", "", { class: "ways" },
      link(web(citation.url.slice(1), context.host), t.open, context, { part: "source-link" }),
      make("button", "", { type: "button", click: () => copy(citation, copied, context) }, t.copy), copied),
    ...notes(citation, answer, context));
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
  const places = answer.reason?.nearest ?? [];
  const found = places.flatMap((place) => answer.passages.filter((one) => one.id === place.passage_id).map((passage) => {
    const text = [...passage.text].slice(place.start - passage.start, place.end - passage.start).join("");
    return near({ ...passage, text }, place.url, context);
  }));
  if (!found.length) return null;
  const heading = /** @type {"h4"} */ (`h${context.level + 2}`);
  return make("section", "", {}, make(heading, "", {}, context.t.nearest), make("p", "", { class: "quiet" }, context.t.nearest_note),
    make("ul", "source-list", { role: "list", class: "near" }, ...found));
}

/** @param {import("./answer.js").Passage} passage @param {string} url @param {Context} context */
function near(passage, url, context) {
  return make("li", "", {}, quote(passage.text, has(passage, "distressing"), context.t), contactsOf(passage, context),
    make("p", "", { class: "ways" }, link(web(url.slice(1), context.host), placeOf(passage, context.t), context)));
}

/** @param {Answer} answer @param {Context} context @returns {Node[]} */
function support(answer, context) {
  const { t } = context;
  const shown = answer.help ? [] : [make("p", "help-card", REPORT, answer.text)];
  const found = answer.passages.slice(0, 3).map((passage) => near(passage, `/report#${passage.id}`, context));
  shown.push(make("p", "", {}, make("button", "", { type: "button", click: context.askAboutReport }, t.about_report)));
  if (!found.length) return shown;
  return [...shown, make("details", "", {}, make("summary", "", {}, t.passages), dated(answer, t),
    make("ul", "source-list", { role: "list", class: "near" }, ...found))];
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
  const told = make("p", "", { role: "status" });
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
  return make("div", "feedback", { role: "group", "aria-label": about }, make("p", "", {}, `${about} ${t.feedback_note}`),
    buttons[0], " ", buttons[1], told);
}
