-- Whoever checks the schema works as no role of ours.
GRANT SELECT ON public.antiphon_migrations TO PUBLIC;
