import { jsx as _jsx, Fragment as _Fragment, jsxs as _jsxs } from "preact/jsx-runtime";
import { useEffect } from "preact/hooks";
import { Refused } from "./api.js";
import { FigureTable } from "./figures.js";
import { Go } from "./link.js";
import { asked, day, known, list, measures, months, PROCESS, refused, show, shown, slice } from "./measuring.js";
import { route } from "./route.js";
import { Loading, NotShown } from "./states.js";
import { now } from "./times.js";
import { WaitingTable } from "./waiting.js";
import { named, t } from "./words.js";
export function Measures() {
    useEffect(() => void list(), []);
    const { about } = route.value;
    if (refused.value)
        return _jsx(NotShown, { why: refused.value, gone: t("forbidden") });
    if (!measures.value)
        return _jsx(Loading, { what: t("loading-measures") });
    return (_jsxs(_Fragment, { children: [_jsx("nav", { class: "inbox chooser", "aria-label": t("measures"), children: _jsx("ul", { children: [PROCESS, ...measures.value.map((each) => each.name)].map((name) => (_jsx("li", { children: _jsx(Go, { to: { screen: "measures", about: name }, current: about === name, children: title(name) }) }, name))) }) }), _jsx("div", { class: "pane", children: about ? _jsx(One, { name: about }, about) : _jsx("p", { class: "state", children: t("choose-measure") }) })] }));
}
/** What a measure is called: its name in words, where a catalogue has it, else as the API has it. */
function title(name) {
    return name === PROCESS ? t("process-map") : named("measure", name).replaceAll("_", " ");
}
function One({ name }) {
    const measure = measures.value?.find((each) => each.name === name);
    useEffect(() => {
        if (!measure?.slices.includes(slice.peek()))
            slice.value = "";
    }, []);
    useEffect(() => void show(name), [months.value, slice.value, known.value]);
    const { failed, figures, goals, map } = shown.value ?? { failed: null, figures: null, goals: null, map: null };
    return (_jsxs("article", { class: "sheet", "aria-label": title(name), children: [_jsx("h2", { children: title(name) }), measure && _jsx(Definition, { measure: measure }), _jsxs("div", { class: "filters", role: "group", "aria-label": t("span"), children: [_jsx("select", { "aria-label": t("span"), value: String(months.value), onChange: (event) => (months.value = Number(event.currentTarget.value)), children: [3, 6, 12, 24].map((each) => _jsx("option", { value: String(each), children: t("months", { number: each }) }, each)) }), measure && measure.slices.length > 0 && (_jsxs("select", { "aria-label": t("slice-by"), value: slice.value, onChange: (event) => (slice.value = event.currentTarget.value), children: [_jsx("option", { value: "", children: t("no-slice") }), measure.slices.map((each) => _jsx("option", { value: each, children: named("slice", each) }, each))] })), _jsxs("label", { children: [t("known-on"), " ", _jsx("input", { type: "date", max: day(new Date(now.value)), value: known.value, onChange: (event) => (known.value = event.currentTarget.value) })] })] }), known.value && _jsx("p", { class: "then", children: t("figures-known-then", { day: known.value }) }), failed ? (failed instanceof Refused ? _jsx(NotShown, { why: failed, gone: t("no-such-measure") }) : _jsx("p", { class: "mark warn", role: "alert", children: t("known-away") })) : figures ? (_jsxs(_Fragment, { children: [_jsx("img", { class: "chart", src: `/api/measures/${name}/svg?${new URLSearchParams(asked())}`, alt: t("chart-of", { name: title(name) }) }), _jsx(FigureTable, { page: figures, goals: goals?.periods ?? [] })] })) : map ? (_jsx(WaitingTable, { page: map })) : (_jsx(Loading, { what: t("loading-measures") }))] }));
}
/** What is counted, in the words of the definition, which is English. */
function Definition({ measure }) {
    return (_jsxs("details", { children: [_jsx("summary", { lang: "en", children: measure.question }), _jsxs("dl", { class: "definition", children: [_jsx("dt", { children: t("population") }), _jsx("dd", { lang: "en", children: measure.population }), _jsx("dt", { children: t("hit") }), _jsx("dd", { lang: "en", children: measure.hit }), _jsx("dt", { children: t("time-basis") }), _jsx("dd", { lang: "en", children: measure.time_basis }), _jsx("dt", { children: t("better") }), _jsx("dd", { children: t(measure.better === "more" ? "better-more" : "better-less") }), _jsx("dt", { children: t("owner") }), _jsx("dd", { lang: "en", children: measure.owner }), _jsx("dt", { children: t("version") }), _jsx("dd", { children: measure.version }), Object.entries(measure.exclusions).map(([name, why]) => [_jsx("dt", { lang: "en", children: name }, name), _jsx("dd", { lang: "en", children: why }, `${name} why`)])] })] }));
}
