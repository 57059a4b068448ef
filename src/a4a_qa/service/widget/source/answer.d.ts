// What comes over the wire, and what the files of the widget hand to each other. For checking only.

export interface Pages { first: number; last: number; label: string; exact: boolean }
export interface Endnote { number: number; text: string; sources: { url: string | null; archived_url: string | null }[] }

export interface Citation {
  id: string; marker: number; quote: string; start: number; end: number; passage_id: string | null; section: string[]; page: Pages | null;
  context: { text: string }[]; endnotes: number[]; following_endnote: number | null; url: string; reference: string; notices?: string[];
}

export interface Passage { id: string; text: string; start: number; end: number; section: string[]; page: Pages | null; notices?: string[] }

// What a service before 1.1 does not send is optional.
export interface Nearest {
  quote?: string; passage_id: string | null; start: number; end: number; url: string;
  section?: string[]; page?: Pages | null; endnotes?: number[]; notices?: string[];
}

export interface Help {
  kind: string; text: string;
  contacts: { name: string; country?: string; value: string | null; url: string; verified_on?: string | null }[];
}

export interface Answer {
  answer_id: string; question: string; text: string; confidence: number | null;
  status: "answered" | "partial" | "not_in_report" | "declined" | "support";
  short_answer: { text: string; start: number; end: number; polarity: "yes" | "no" | null } | null;
  reason: { code: string; message: string; nearest: Nearest[] } | null;
  kind?: "passage" | "overview"; sections?: { path: string[]; page: Pages | null; url: string }[];
  citations: Citation[]; endnotes: Endnote[]; passages: Passage[]; report: { year: number | null }; help: Help | null;
}

export type Strings = Record<string, string>;

export interface Context {
  t: Strings; host: URL; level: number; target: string; year: number | null; feedback: boolean;
  openSource(marker: number): void; sourceOpened(id: string): void; askAboutReport(): void;
  giveFeedback(id: string, value: string): Promise<boolean>;
}

export interface Parts {
  launcher: HTMLButtonElement; panel: HTMLElement; input: HTMLTextAreaElement; send: HTMLButtonElement; stop: HTMLButtonElement;
  clear: HTMLButtonElement; problem: HTMLElement; retry: HTMLButtonElement; go: HTMLButtonElement; status: HTMLElement;
  transcript: HTMLElement; suggestions: HTMLElement;
}
