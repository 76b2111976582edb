-- The rows in use: of those with one identity the first known; in place of a corrected one the latest that corrects it.
--
-- Few rows are out of use, so it is faster to find these than to number all.
CREATE TEMP TABLE events AS
WITH
rows AS (
    SELECT source, id, recorded, corrects, file_row_number AS place
    FROM read_parquet('events.parquet', file_row_number = true)
),
repeated AS (
    SELECT source, id FROM rows GROUP BY ALL HAVING count(*) > 1
),
latest AS (
    SELECT source, corrects, max_by(id, recorded) AS id FROM rows WHERE corrects IS NOT NULL GROUP BY ALL
),
out_of_use AS (
    SELECT place FROM rows SEMI JOIN repeated USING (source, id)
    QUALIFY row_number() OVER (PARTITION BY source, id ORDER BY recorded) > 1
    UNION ALL
    SELECT place FROM rows SEMI JOIN (SELECT source, corrects AS id FROM latest) USING (source, id)
    UNION ALL
    SELECT place FROM rows ANTI JOIN latest USING (source, corrects, id) WHERE corrects IS NOT NULL
)
SELECT id, kind, asset, occurred, pages, grade
FROM read_parquet('events.parquet', file_row_number = true)
WHERE file_row_number NOT IN (FROM out_of_use);
