/** What an operator is answered: a text for people, and the same as data for programs. */

export interface AdminAnswer {
  /** False if what was asked for was refused or has failed. */
  readonly isOk: boolean;
  /** Lines as `rkv admin` prints them, without the end of the last. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function answered(text: string, data: AdminAnswer['data']): AdminAnswer {
  return { isOk: true, text: text.replace(/\n$/, ''), data };
}

/** `code` is for programs: a word or two in snake case. */
export function refusedAnswer(code: string, text: string): AdminAnswer {
  return { isOk: false, text: text.replace(/\n$/, ''), data: { code } };
}

/** One line of JSON: ok, the data, and the text that people would read. */
export function answerJson({ isOk, text, data }: AdminAnswer): string {
  return JSON.stringify({ ok: isOk, ...data, text });
}
