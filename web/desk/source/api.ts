// Calls to the API, by way of the door, which adds the token: the page never sees one.

import type { components } from "./contract.js";

type Schemas = components["schemas"];
// The API sends every field; the contract marks those that have a default as ones that a caller may leave out.
export type Item = Required<Schemas["Item"]>;
export type Line = Required<Schemas["HistoryLine"]>;
export type Receipt = Required<Schemas["Receipt"]>;
export type Me = Required<Schemas["Me"]>;
export type Entry = Required<Schemas["Entry"]>;
export type Clock = Required<Schemas["Clock"]>;
export type ClocksRow = Required<Schemas["ClocksRow"]>;
export type PromiseRow = Required<Schemas["PromiseRow"]>;
export type Participant = Required<Schemas["ParticipantRow"]>;
export type Contact = Required<Schemas["ContactRow"]>;
export type Moment = Required<Schemas["Moment"]>;
export type Link = Required<Schemas["Link"]>;
export type Order = Required<Schemas["OrderRow"]>;
export type Closing = Required<Schemas["ClosingRow"]>;
export type Found = Required<Schemas["Found"]>;
export type InboxPage = Schemas["InboxPage"];
export type Measure = Required<Schemas["MeasureShown"]>;
export type FigureRow = Required<Schemas["FigureShown"]>;
export type Figure = Required<Schemas["Figure"]>;
export type FiguresPage = Schemas["FiguresPage"];
export type GoalsPage = Schemas["GoalsPage"];
export type GoalStanding = Required<Schemas["GoalStandingShown"]>;
export type ProcessMap = Required<Schemas["ProcessMap"]>;
export type MapsPage = Schemas["MapsPage"];
export type BoardRow = Required<Schemas["BoardRow"]>;
export type SignalPage = Schemas["SignalPage"];
export type Verbatim = Required<Schemas["Verbatim"]>;
export type Attachment = Schemas["Attachment"];
export type ContentDone = Schemas["ContentDone"];
export type Suggestion = Schemas["Suggestion"];
export type Done = Schemas["Done"];

/** What the API, or the door, did not do, and why. `code` is one of docs/errors.md. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retrySeconds: number,
  ) {
    super(`${status} ${code}`);
  }

  /** Whether the same call may be done later. */
  get later(): boolean {
    return [425, 429, 503, 504].includes(this.status);
  }
}

/** Nobody answered: the network is away, or the door. */
export class Unreachable extends Error {}

export type Params = Record<string, string | readonly string[]>;

export interface Call {
  params?: Params;
  headers?: Record<string, string>;
  body?: unknown;
  /** A file, as it is, in place of a document. */
  file?: Blob;
  signal?: AbortSignal;
}

/** One call. Raises Refused or Unreachable; of an aborted call, the abort. */
export async function call(method: string, path: string, { params, headers, body, file, signal }: Call = {}): Promise<Response> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {})) {
    for (const each of typeof value === "string" ? [value] : value) query.append(name, each);
  }
  const url = `/api${path}${query.size ? `?${query}` : ""}`;
  const asked: RequestInit = { method, headers: { "X-Antiphon-Desk": "1", ...headers }, signal: signal ?? null, cache: "no-store" };
  if (body !== undefined) {
    asked.body = JSON.stringify(body);
    asked.headers = { ...asked.headers, "Content-Type": "application/json" };
  }
  if (file) {
    asked.body = file;
    asked.headers = { ...asked.headers, "Content-Type": "application/octet-stream" };
  }
  let answer: Response;
  try {
    answer = await fetch(url, asked);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable();
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function refusal(answer: Response): Promise<Refused> {
  const told = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  const seconds = Number(answer.headers.get("Retry-After")) || 1;
  return new Refused(answer.status, told.code ?? "unavailable", told.detail ?? "", seconds);
}

/** A read, as its document. */
export async function read<T>(path: string, options: Call = {}): Promise<T> {
  return (await call("GET", path, options)).json() as Promise<T>;
}

/** All rows of a list that comes in pages, at most `most` of them. */
export async function readAll<T>(path: string, name: string, most = 5000, options: Call = {}): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  do {
    const params: Params = { ...options.params, limit: "500", ...(cursor ? { cursor } : {}) };
    const page: Record<string, unknown> = await read(path, { ...options, params });
    rows.push(...(page[name] as T[]));
    cursor = page["cursor"] as string | null;
  } while (cursor && rows.length < most);
  return rows;
}
