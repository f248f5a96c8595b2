// One live stream: Server-Sent Events over fetch, with the last id, coming back by itself (docs/live.md).
import { call, Refused, Unreachable } from "./api.js";
const SILENT_MS = 40_000; // a heartbeat comes every 15 seconds
const PAUSES_MS = [300, 1000, 2000, 4000, 8000, 15_000];
/** Follow a stream until `signal` aborts or the stream is refused for good. */
export async function follow(path, params, to, signal) {
    let lastId = "";
    let failures = 0;
    while (!signal.aborted) {
        try {
            to.became("connecting");
            for await (const told of events(path, params, lastId, signal, () => to.became("live"))) {
                failures = 0;
                if (told.name === "end")
                    continue;
                to.heard(told);
                if (told.id)
                    lastId = told.id;
            }
        }
        catch (error) {
            if (signal.aborted)
                return;
            if (error instanceof Refused && !error.later) {
                to.refused(error);
                return;
            }
            if (!(error instanceof Refused || error instanceof Unreachable))
                console.warn("a stream broke", error);
        }
        if (signal.aborted)
            return;
        to.became("away");
        await pause(PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)], signal);
    }
}
async function* events(path, params, lastId, signal, opened) {
    const silence = new AbortController();
    const either = AbortSignal.any([signal, silence.signal]);
    let timer = setTimeout(() => silence.abort(), SILENT_MS);
    try {
        const headers = { Accept: "text/event-stream" };
        if (lastId)
            headers["Last-Event-ID"] = lastId;
        const answer = await call("GET", `${path}/live`, { params, headers, signal: either });
        opened();
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = "";
        let told = { name: "message", id: "", data: "" };
        for (;;) {
            const { done, value } = await reader.read();
            if (done)
                return;
            clearTimeout(timer);
            timer = setTimeout(() => silence.abort(), SILENT_MS);
            const lines = (rest + value).split("\n");
            rest = lines.pop();
            for (const each of lines) {
                const line = each.endsWith("\r") ? each.slice(0, -1) : each;
                if (line === "") {
                    if (told.data)
                        yield told;
                    told = { name: "message", id: "", data: "" };
                }
                else if (line.startsWith("event: "))
                    told.name = line.slice(7);
                else if (line.startsWith("id: "))
                    told.id = line.slice(4);
                else if (line.startsWith("data: "))
                    told.data += line.slice(6);
            }
        }
    }
    catch (error) {
        if (silence.signal.aborted && !signal.aborted)
            throw new Unreachable();
        throw error instanceof TypeError ? new Unreachable() : error;
    }
    finally {
        clearTimeout(timer);
    }
}
/** Wait so long, or until the network is back. */
function pause(ms, signal) {
    return new Promise((resolve) => {
        const done = () => {
            clearTimeout(timer);
            removeEventListener("online", done);
            signal.removeEventListener("abort", done);
            resolve();
        };
        const timer = setTimeout(done, ms);
        addEventListener("online", done);
        signal.addEventListener("abort", done);
    });
}
