-- Whoever serves reads may say for how long a follower has left something undone. The text of events stays closed to it.
GRANT SELECT (recorded_at) ON antiphon.log TO antiphon_reader;
