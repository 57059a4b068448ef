// What goes over the wire: bodies only, no query string, no cookie, no referrer, nothing kept.

import { ENGLISH, LANGUAGES, VERSION } from "./built.js";

const SLOW = 30000;
/** @type {Record<number, string>} */
const CODES = { 408: "timeout", 413: "too_large", 429: "rate_limited", 503: "busy", 504: "timeout" };

/** Something that went wrong, by a code that the strings have a sentence for. */
export class Problem extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * The address when it may be asked: https, or this machine. `null` otherwise.
 * @param {string | null} address
 */
export function trusted(address) {
  const url = address?.trim() && URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI) : null;
  const near = url && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return url && (url.protocol === "https:" || (url.protocol === "http:" && near)) ? url : null;
}

/** @param {URL} url @param {RequestInit} [options] */
function request(url, options) {
  return fetch(url, { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", ...options });
}

/** @param {URL} url @param {object} body @param {AbortSignal} [signal] */
function post(url, body, signal) {
  const headers = { "content-type": "application/json" };
  return request(url, { method: "POST", body: JSON.stringify(body), headers, signal });
}

/**
 * The answer to a question. Throws a Problem; its code is `stopped` when `stop` was used.
 * @param {URL} url @param {object} asked @param {AbortController} stop
 * @returns {Promise<import("./answer.js").Answer>}
 */
export async function askService(url, asked, stop) {
  const slow = setTimeout(() => stop.abort("timeout"), SLOW);
  /** @param {string} otherwise */
  const failed = (otherwise) => new Problem(stop.signal.aborted ? String(stop.signal.reason) : otherwise);
  try {
    const reply = await post(url, asked, stop.signal).catch(() => { throw failed("unreachable"); });
    const told = await reply.json().catch(() => { if (reply.ok) throw failed("cut"); });
    if (told?.code === "not_ready") throw failed("not_ready");
    if (!reply.ok) throw failed(CODES[reply.status] ?? (reply.status < 500 ? "invalid" : "internal"));
    if (!Array.isArray(told?.citations) || [told.question, told.text].some((words) => typeof words !== "string")) throw failed("cut");
    return told;
  } finally {
    clearTimeout(slow);
  }
}

/**
 * Sends a yes or no about an answer; whether it was counted.
 * @param {URL} url @param {string} id @param {string} value
 */
export function sendFeedback(url, id, value) {
  return post(url, { answer_id: id, value }).then((reply) => reply.ok, () => false);
}

/** @param {URL | null} url @returns {Promise<Record<string, unknown>>} */
async function readJson(url) {
  try {
    return url ? await (await request(url, { cache: "default" })).json() : {};
  } catch {
    return {};
  }
}

/**
 * The strings in the wanted language, then those of the page's own file; English where these have none.
 * @param {string} wanted @param {URL} host @param {URL | null} own
 * @returns {Promise<import("./answer.js").Strings>}
 */
export async function chooseStrings(wanted, host, own) {
  const shipped = LANGUAGES.includes(wanted) ? new URL(`widget/${VERSION}/${wanted}.json`, host) : null;
  const given = await Promise.all([readJson(shipped), readJson(own)]);
  const known = given.flatMap(Object.entries).filter(([key, value]) => key in ENGLISH && typeof value === "string");
  return { ...ENGLISH, ...Object.fromEntries(known) };
}
