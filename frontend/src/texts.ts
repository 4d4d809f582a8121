/** The texts of the cards: English at once, other languages as soon as they are fetched. */

import english from "./translations/en.json";

declare const LANGUAGES: string[];

type Texts = { [key: string]: string | string[] | Texts };
export type Values = Record<string, string | number | undefined>;

const loaded = new Map<string, Texts>([["en", english as Texts]]);
const loading = new Map<string, Promise<void>>();

/** The language of ours that fits best: `pt-BR` gets `pt`. */
function ours(language: string): string {
  const [base = "en"] = language.split("-");
  return LANGUAGES.includes(language) ? language : LANGUAGES.includes(base) ? base : "en";
}

/** Fetches a language once; undefined if it is there already. */
export function fetchLanguage(language: string): Promise<void> | undefined {
  const wanted = ours(language);
  if (loaded.has(wanted)) return undefined;
  const url = new URL(`translations/${wanted}.json${new URL(import.meta.url).search}`, import.meta.url);
  const request =
    loading.get(wanted) ??
    fetch(url)
      .then((answer) => answer.json())
      .then((texts: Texts) => void loaded.set(wanted, texts))
      .catch(() => void loaded.set(wanted, english as Texts));
  loading.set(wanted, request);
  return request;
}

function lookUp(texts: Texts | undefined, key: string): string | string[] | undefined {
  let found: string | string[] | Texts | undefined = texts;
  for (const part of key.split(".")) {
    if (found === undefined || typeof found === "string" || Array.isArray(found)) return undefined;
    found = found[part];
  }
  return typeof found === "string" || Array.isArray(found) ? found : undefined;
}

/** Fills placeholders in; undefined where a value is missing. */
function filled(text: string, values: Values): string | undefined {
  let complete = true;
  const result = text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) complete = false;
    return String(value);
  });
  return complete ? result : undefined;
}

/** A text in a language. Of several, the first one whose values are all there; undefined without any. */
export function text(language: string, key: string, values: Values = {}): string | undefined {
  const found = lookUp(loaded.get(ours(language)), key) ?? lookUp(english as Texts, key);
  for (const candidate of found === undefined ? [] : [found].flat()) {
    const result = filled(candidate, values);
    if (result !== undefined) return result;
  }
  return undefined;
}
