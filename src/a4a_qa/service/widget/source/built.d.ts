// What the service puts in front of the sources when it joins them.
export const VERSION: string;
export const LANGUAGES: string[];
export const ENGLISH: import("./answer.js").Strings;
export const STYLE: string;
