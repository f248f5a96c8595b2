"""Every verb of `antiphon`, with its line in `antiphon --help`, so that the list of verbs loads none of them."""

from __future__ import annotations

VERBS: dict[str, dict[str, str]] = {
    "run.run": {
        "run": "Run the API and the subscriptions until Ctrl-C, SIGTERM or the terminal's end.",
    },
    "conversation.inbox": {
        "inbox": "Show who waits for an answer, the longest first; then the conversations in which nobody waits.",
    },
    "search": {
        "search": "Find messages, notes, subjects, customers and orders. Times are the company's.",
    },
    "conversation.show": {
        "show": (
            "Show a conversation with both voices in order, a customer's timeline, an order, or a stranger. Times "
            "are the company's."
        ),
        "as-sent": "Print what a line does not show in full, as it was sent: what was cut off or dropped.",
    },
    "conversation.acting": {
        "open": "Open a conversation with the customer's first interaction.",
        "receive": "Record what the customer says next, or, with --by, what somebody else says in the conversation.",
        "reply": "Answer the customer, or another participant of the conversation.",
        "note": "Write a note for colleagues, which the customer never sees.",
        "assign": "Assign the conversation to a team, a person or (without either) nobody.",
        "hand-over": "Hand the conversation over to another team, with the reason.",
        "priority": "Change the priority: low, normal, high, urgent.",
        "kind": "Correct the kind of the interaction: inquiry, complaint, order or feedback.",
        "subject": "Give the conversation another subject.",
        "area": "Correct the product area of the conversation.",
        "language": "Correct the language of the conversation, such as de or pt-BR.",
        "wait": "Wait for the customer, who has the next move.",
        "hold": "Put the conversation on hold: nobody can go on at present.",
        "resolve": "Resolve the conversation.",
        "reopen": "Reopen the conversation: the company has the next move again.",
        "judge": "Give the customer's verdict: it answered me, or it did not.",
        "team": "Form a team. If a team has the name already, the answer is that team.",
        "join": "Add a staff member. The same again finds the owner of the handle; an owner who left comes back.",
        "roles": "Set all roles of a staff member.",
        "leave": "Record that a staff member left; their open conversations go back to the teams, unassigned.",
    },
    "conversation.merging": {
        "merge-conversation": (
            "Merge a conversation into another one of the same customer. Nothing is moved; the merge can be "
            "undone exactly."
        ),
        "separate-conversation": (
            "Undo a merge: separate a conversation from the other one, with all that came in since."
        ),
        "dismiss-suggestion": (
            "Leave two conversations apart that may be one matter, so that they are suggested no more."
        ),
    },
    "conversation.participating": {
        "add-participant": "Add somebody who takes part from now on, whether or not they ever write.",
        "remove-participant": (
            "Remove a participant: what was said by and to them stays. If they write again, they take part again."
        ),
    },
    "conversation.splitting": {
        "split": (
            "Split a message off into a new conversation, and print its id. Nothing is moved; the split can be "
            "undone exactly."
        ),
        "undo-split": "Undo a split, by the conversation that it made: the message returns to its old conversation.",
        "remove": (
            "Take a message or a note out for good: its text is gone everywhere, its place stays. This cannot be "
            "undone."
        ),
    },
    "customer.putting_right": {
        "change-name": "Set or change a customer's name. A name that a gateway tells later does not replace it.",
        "change-language": "Set or change the language in which a customer writes.",
        "change-segment": "Set or change the company's own grouping of a customer.",
        "add-contact": "Add a contact point to a customer.",
        "remove-contact": "Take a contact point away from a customer. Whoever writes from there later is somebody new.",
        "move-contact": (
            "Give a contact point to another customer, such as a number with a new owner. What was said stays "
            "where it is."
        ),
        "share-contact": (
            "Mark a contact point as one that several people use, or undo that. Nobody is known by a shared one."
        ),
        "clear-contact": "Let a contact point count as failing no longer: somebody knows that it works.",
    },
    "customer.proposals": {
        "proposals": (
            "List what people are to decide about customers: who may be one person, or two. Nothing is merged or "
            "separated."
        ),
        "dismiss-proposal": (
            "Leave everything as it is, so that it is proposed no more: the two are two people, or the words are the "
            "customer's."
        ),
    },
    "customer.customers": {
        "customers": (
            "List the customers in the order in which they became known, each with contact points; or find some of "
            "them."
        ),
        "merge-customer": (
            "Merge a customer, or a stranger, with another customer, who is the same person. Both histories stay; "
            "the merge can be undone exactly."
        ),
        "separate-customer": "Undo a merge: the two are different people.",
        "erase": (
            "Erase a customer for good, with every merged customer; or a stranger; or a colleague who left. What "
            "happened still counts."
        ),
        "by-contact": "Print the id of the customer who has an address or a number, in any spelling.",
    },
    "customer.export_person": {
        "export-person": (
            "Write everything that is kept about a customer and all merged customers, or about a stranger: for "
            "programs, to read, and a manifest of hashes. The trail has who did it."
        ),
    },
    "customer.confirmations": {
        "confirmations": "Four eyes: what waits until a second person confirms it.",
    },
    "customer.holds": {
        "holds": "Legal holds: while one stands, nothing it covers is erased.",
    },
    "customer.customer_side": {
        "request-person": "Ask for a person, as the customer; from then on no bot gets the conversation.",
        "withdraw": "Withdraw a matter, as the customer; or a promise that nobody expects any more.",
        "prefer": "Choose how a customer is to be reached. All former choices are replaced.",
        "change-zone": "Set or change the time zone in which a customer lives; quiet hours go by it.",
        "consent": "Record a customer's consent to one purpose, or its withdrawal.",
    },
    "content": {
        "attach": (
            "Keep a file of a customer, or one of the company's own, so that a message can name it by its content id."
        ),
        "fetch": "Write a file that is kept to a path, readable by its owner only.",
    },
    "promise": {
        "promise": "Promise a customer something by a date.",
        "revise": "Give a promise another date. The first date stays in the ledger.",
        "keep": "Record that a promise was kept.",
        "break": "Record that a promise will not be kept.",
        "promises": (
            "Show the ledger of promises: the standing ones, the most urgent first; or all promises to one customer. "
            "Launches are promises, too."
        ),
    },
    "order.order": {
        "order": "Place an order, ship it, deliver it, check, cancel or return it.",
    },
    "importing": {
        "import": "Import the records of a file. The same file again adds nothing; a newer export adds its new facts.",
    },
    "audit.replay": {
        "replay": (
            "Show a conversation, a customer, an order, a policy, a calendar, a signal or the inbox as of a time and "
            "as known at a time; or what became known in between. Times are the company's."
        ),
    },
    "log": {
        "log": "Print events of the log, one JSON document per line, with personal texts opened where possible.",
    },
    "doctor": {
        "doctor": (
            "Check the installation, and print each finding; exit with 1, and print what to do, if something is wrong."
        ),
    },
    "rebuild": {
        "rebuild": "Replay the log into a new table and put it in the view's place; with --verify, only compare.",
    },
    "switch": {
        "switch": (
            "Build this release's version of a view beside the one that is read, compare them, and switch reads to it."
        ),
        "retire": "Drop the versions of a view that a newer one has replaced, unless a subscription still moves them.",
    },
    "parked": {
        "parked": "See, retry or skip quarantined events, which a subscription could not take in.",
    },
    "webhooks": {
        "webhooks": "Endpoints to which we post what happens, signed.",
    },
    "dead_letters": {
        "dead-letters": "See, retry or discard what came in and could not be taken in.",
    },
    "backup": {
        "backup": (
            "Write the log to a file. The key store's keys are not in it: keep them, and the master key, separately."
        ),
        "restore": "Fill an empty log from a backup. Customers erased since then stay erased. Views are rebuilt.",
    },
    "migrate": {
        "migrate": "Bring log, key store and the tables of views to this release's schema.",
    },
    "rewrap_keys": {
        "rewrap-keys": "Wrap each key of the key store anew that is wrapped under ANTIPHON_OTHER_MASTER_KEY.",
    },
    "retention": {
        "retention": "How long people's data are kept, by rules of the company.",
    },
    "token": {
        "token": (
            "Print a token with which WHO may call the API; only if this installation shares a secret with the issuer."
        ),
    },
    "tokens": {
        "tokens": "Revoke single tokens of the API, and list the revoked ones.",
    },
    "openapi": {
        "openapi": "Print the API's contract (OpenAPI 3.1), as the API serves it under /openapi.json.",
    },
    "service_level.calendar": {
        "calendar": "Business time, worked out from opening hours in a file.",
    },
    "mail": {
        "mail": "Send a mail to this installation, see what it sent, and try the ways.",
    },
    "topics": {
        "topics": "What is published for other systems in Kafka.",
    },
    "service_level.scenario": {
        "scenario": "Play FILE in memory, and print the answers of the clocks to its questions, as JSON.",
    },
    "service_level.sla": {
        "sla": "Explain the clocks of a conversation or a signal, and try other policies.",
    },
    "closings": {
        "closings": (
            "Show closing messages of a signal or to a customer: who was told, who waits, who was not told and why. "
            "Times are the company's."
        ),
    },
    "measures.measures": {
        "measures": "What matters to customers: definitions, figures, and what is behind them.",
    },
    "process.process": {
        "process": "How conversations go: what follows what, and where work waits.",
    },
    "themes.themes": {
        "themes": "The catalogue of themes, and the text model that suggests themes.",
    },
    "signal.signals": {
        "signals": "What customers keep saying: the signals, where they go, and what their teams answer.",
    },
    "survey": {
        "survey": "Ask a sample of customers one question, and show what they answer.",
    },
    "tables": {
        "tables": "Check, try, publish and show decision tables.",
    },
    "audit.audit": {
        "audit": "Prove that nothing in the log was changed; who did and looked at what.",
    },
}
"""The verbs of each module of `cli.verbs`, in the order of the list."""

_CONVERSATIONS = "Conversations"
_CUSTOMERS = "Customers, orders, promises"
_SIGNALS = "Signals and decision tables"
_CLOCKS = "Clocks"
_MEASURES = "Measures"
_PAST = "The log, and proof of it"
_OPERATING = "Operating"

PANELS: dict[str, str] = {
    "conversation": _CONVERSATIONS,
    "search": _CONVERSATIONS,
    "content": _CONVERSATIONS,
    "customer": _CUSTOMERS,
    "order": _CUSTOMERS,
    "promise": _CUSTOMERS,
    "signal": _SIGNALS,
    "closings": _SIGNALS,
    "measures": _MEASURES,
    "process": _MEASURES,
    "survey": _SIGNALS,
    "themes": _SIGNALS,
    "tables": _SIGNALS,
    "service_level": _CLOCKS,
    "audit": _PAST,
    "log": _PAST,
    "run": _OPERATING,
    "importing": _OPERATING,
    "doctor": _OPERATING,
    "rebuild": _OPERATING,
    "switch": _OPERATING,
    "parked": _OPERATING,
    "webhooks": _OPERATING,
    "dead_letters": _OPERATING,
    "backup": _OPERATING,
    "migrate": _OPERATING,
    "rewrap_keys": _OPERATING,
    "retention": _CUSTOMERS,
    "token": _OPERATING,
    "tokens": _OPERATING,
    "openapi": _OPERATING,
    "topics": _OPERATING,
    "mail": _OPERATING,
}
"""The heading in `antiphon --help` under which the verbs of a room or module stand."""
