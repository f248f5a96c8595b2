-- Policies and calendars are few among many events, and whoever judges clocks needs all of them.
SET ROLE antiphon_owner;

CREATE INDEX log_of_rules ON antiphon.log (position)
    WHERE originator_id LIKE 'policy-%' OR originator_id LIKE 'calendar-%';
RESET ROLE;
