// What a person chose for the page itself. Kept in this browser; nothing of a customer is.

import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

/** The catalogues there are, and two that only tests and translators ask for: accented, and from right to left. */
export const LANGUAGES = ["en", "de"] as const;
export const PSEUDO = ["en-XA", "ar-XB"] as const;
export type Language = (typeof LANGUAGES)[number] | (typeof PSEUDO)[number];

export const language = signal<Language>(chosenLanguage());
export const theme = signal<Theme>((kept("theme") as Theme | null) ?? "system");

effect(() => keep("language", language.value));
effect(() => {
  keep("theme", theme.value);
  document.documentElement.dataset["theme"] = theme.value;
});

function chosenLanguage(): Language {
  const asked = new URLSearchParams(location.search).get("lang") ?? kept("language") ?? "";
  const all: readonly string[] = [...LANGUAGES, ...PSEUDO];
  if (all.includes(asked)) return asked as Language;
  const own = navigator.languages.map((each) => each.split("-")[0]!).find((each) => all.includes(each));
  return (own as Language | undefined) ?? "en";
}

function kept(name: string): string | null {
  try {
    return localStorage.getItem(`desk-${name}`);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`desk-${name}`, value);
  } catch {
    // it is chosen anew next time
  }
}
