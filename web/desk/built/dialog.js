import { jsx as _jsx } from "preact/jsx-runtime";
import { useEffect, useRef } from "preact/hooks";
export function Dialog({ label, close, children, class: name }) {
    const box = useRef(null);
    useEffect(() => {
        const dialog = box.current;
        dialog.showModal();
        return () => dialog.close();
    }, []);
    return (_jsx("dialog", { ref: box, "aria-label": label, ...(name ? { class: name } : {}), onCancel: (event) => {
            event.preventDefault(); // what is shown follows from what the page holds
            close();
        }, onClick: (event) => event.target === box.current && close(), children: children }));
}
