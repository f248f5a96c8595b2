-- What projections/search.py needs. The extension is trusted: whoever may create in the database may install it.
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;

SET ROLE antiphon_owner;

-- Every word as it stands, in lower case and without accents; nothing is left out.
CREATE TEXT SEARCH CONFIGURATION views.words (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION views.words
    ALTER MAPPING FOR word, numword, hword, hword_part, hword_numpart WITH unaccent, simple;

-- What stems a language, by the first part of its tag (RFC 5646); null where PostgreSQL has nothing for it.
CREATE FUNCTION views.stemming(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE split_part(lower(language), '-', 1)
    WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
    WHEN 'ca' THEN 'pg_catalog.catalan'::regconfig
    WHEN 'da' THEN 'pg_catalog.danish'::regconfig
    WHEN 'de' THEN 'pg_catalog.german'::regconfig
    WHEN 'el' THEN 'pg_catalog.greek'::regconfig
    WHEN 'en' THEN 'pg_catalog.english'::regconfig
    WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
    WHEN 'et' THEN 'pg_catalog.estonian'::regconfig
    WHEN 'eu' THEN 'pg_catalog.basque'::regconfig
    WHEN 'fi' THEN 'pg_catalog.finnish'::regconfig
    WHEN 'fr' THEN 'pg_catalog.french'::regconfig
    WHEN 'ga' THEN 'pg_catalog.irish'::regconfig
    WHEN 'hi' THEN 'pg_catalog.hindi'::regconfig
    WHEN 'hu' THEN 'pg_catalog.hungarian'::regconfig
    WHEN 'hy' THEN 'pg_catalog.armenian'::regconfig
    WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig
    WHEN 'it' THEN 'pg_catalog.italian'::regconfig
    WHEN 'lt' THEN 'pg_catalog.lithuanian'::regconfig
    WHEN 'nb' THEN 'pg_catalog.norwegian'::regconfig
    WHEN 'ne' THEN 'pg_catalog.nepali'::regconfig
    WHEN 'nl' THEN 'pg_catalog.dutch'::regconfig
    WHEN 'nn' THEN 'pg_catalog.norwegian'::regconfig
    WHEN 'no' THEN 'pg_catalog.norwegian'::regconfig
    WHEN 'pt' THEN 'pg_catalog.portuguese'::regconfig
    WHEN 'ro' THEN 'pg_catalog.romanian'::regconfig
    WHEN 'ru' THEN 'pg_catalog.russian'::regconfig
    WHEN 'sr' THEN 'pg_catalog.serbian'::regconfig
    WHEN 'sv' THEN 'pg_catalog.swedish'::regconfig
    WHEN 'ta' THEN 'pg_catalog.tamil'::regconfig
    WHEN 'tr' THEN 'pg_catalog.turkish'::regconfig
    WHEN 'yi' THEN 'pg_catalog.yiddish'::regconfig
END;

-- Words alone, each at its place. PostgreSQL's parser would take addresses, hosts, paths, tags and signed numbers for one
-- piece each, so that "lid" were not found in "kettle/lid", nor "please" after a full stop without a blank.
CREATE FUNCTION views.spaced(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(said, E'./\\@:_+-~&<>\x02\x03', repeat(' ', 14));

-- What a text is found by: its words, and their stems in its language. (Not in SQL: inlined, it would space out twice.)
CREATE FUNCTION views.lexemes(said text, language text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    words text := views.spaced(said);
BEGIN
    RETURN to_tsvector('views.words', words) || coalesce(to_tsvector(views.stemming(language), words), '');
END
$$;

-- Words of four letters or more as they are, and as they read with any one letter left out. Two words that share one of
-- these are a slip apart: a letter too many, too few, wrong, or in its neighbour's place. No word begins with @.
CREATE FUNCTION views.slips(words tsvector) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(array_to_tsvector(array_agg(DISTINCT '@~' || left(word, n - 1) || substr(word, n + 1))), '')
    FROM unnest(tsvector_to_array(words)) AS word, generate_series(1, length(word) + 1) AS n
    WHERE length(word) BETWEEN 4 AND 40
);

RESET ROLE;
