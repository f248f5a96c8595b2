// Calls to the API, by way of the door, which adds the token: the page never sees one.
/** What the API, or the door, did not do, and why. `code` is one of docs/errors.md. */
export class Refused extends Error {
    status;
    code;
    detail;
    retrySeconds;
    constructor(status, code, detail, retrySeconds) {
        super(`${status} ${code}`);
        this.status = status;
        this.code = code;
        this.detail = detail;
        this.retrySeconds = retrySeconds;
    }
    /** Whether the same call may be done later. */
    get later() {
        return [425, 429, 503, 504].includes(this.status);
    }
}
/** Nobody answered: the network is away, or the door. */
export class Unreachable extends Error {
}
/** One call. Raises Refused or Unreachable; of an aborted call, the abort. */
export async function call(method, path, { params, headers, body, file, signal } = {}) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(params ?? {})) {
        for (const each of typeof value === "string" ? [value] : value)
            query.append(name, each);
    }
    const url = `/api${path}${query.size ? `?${query}` : ""}`;
    const asked = { method, headers: { "X-Antiphon-Desk": "1", ...headers }, signal: signal ?? null, cache: "no-store" };
    if (body !== undefined) {
        asked.body = JSON.stringify(body);
        asked.headers = { ...asked.headers, "Content-Type": "application/json" };
    }
    if (file) {
        asked.body = file;
        asked.headers = { ...asked.headers, "Content-Type": "application/octet-stream" };
    }
    let answer;
    try {
        answer = await fetch(url, asked);
    }
    catch (error) {
        if (signal?.aborted)
            throw error;
        throw new Unreachable();
    }
    if (!answer.ok)
        throw await refusal(answer);
    return answer;
}
async function refusal(answer) {
    const told = (await answer.json().catch(() => ({})));
    const seconds = Number(answer.headers.get("Retry-After")) || 1;
    return new Refused(answer.status, told.code ?? "unavailable", told.detail ?? "", seconds);
}
/** A read, as its document. */
export async function read(path, options = {}) {
    return (await call("GET", path, options)).json();
}
/** All rows of a list that comes in pages, at most `most` of them. */
export async function readAll(path, name, most = 5000, options = {}) {
    const rows = [];
    let cursor = null;
    do {
        const params = { ...options.params, limit: "500", ...(cursor ? { cursor } : {}) };
        const page = await read(path, { ...options, params });
        rows.push(...page[name]);
        cursor = page["cursor"];
    } while (cursor && rows.length < most);
    return rows;
}
