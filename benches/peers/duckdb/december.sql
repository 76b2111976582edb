-- The lines of December 2026 of the contracts in ../../world, from a table `events`.
--
-- Written for these events: nothing is requested twice before it is collected, and nothing is missed. Amounts are counted in
-- cents; a line without cents is held.
COPY (
    WITH
    days AS (
        SELECT
            day::DATE AS day,
            isodow(day) < 6 AND day NOT IN (
                '2026-01-01', '2026-04-06', '2026-05-01', '2026-05-08', '2026-05-14', '2026-05-25',
                '2026-07-14', '2026-08-15', '2026-11-01', '2026-11-11', '2026-12-25'
            ) AS works
        FROM range(DATE '2025-12-31', DATE '2027-01-02', INTERVAL 1 DAY) AS of_year(day)
    ),
    calendar AS (
        SELECT day, works, count(*) FILTER (works) OVER (ORDER BY day) AS business_days
        FROM days
    ),
    -- What is down stays so until the next event, so that a second start changes nothing and an end without one is ignored.
    turns AS (
        SELECT
            asset, kind, occurred,
            lead(occurred, 1, TIMESTAMPTZ '2027-01-01 00:00:00+01:00')
                OVER (PARTITION BY asset ORDER BY occurred, kind, id) AS until
        FROM events
        WHERE kind IN ('failed', 'restored') AND occurred < TIMESTAMPTZ '2027-01-01 00:00:00+01:00'
    ),
    down AS (
        SELECT
            asset,
            greatest(occurred, TIMESTAMPTZ '2026-12-01 00:00:00+01:00') AT TIME ZONE 'Europe/Paris' AS since,
            until AT TIME ZONE 'Europe/Paris' AS until
        FROM turns
        WHERE kind = 'failed' AND until > TIMESTAMPTZ '2026-12-01 00:00:00+01:00'
    ),
    -- Seconds of work before an instant: ten hours for each business day before its day, and what of its own day is over.
    downtime AS (
        SELECT
            asset,
            sum(
                36000 * (t.business_days - t.works::INT - s.business_days + s.works::INT)
                + t.works::INT * least(greatest(date_part('epoch', down.until - t.day)::BIGINT - 28800, 0), 36000)
                - s.works::INT * least(greatest(date_part('epoch', down.since - s.day)::BIGINT - 28800, 0), 36000)
            )::BIGINT AS seconds
        FROM down
        JOIN calendar s ON s.day = down.since::DATE
        JOIN calendar t ON t.day = down.until::DATE
        GROUP BY asset
    ),
    -- The first reading counts nothing.
    meters AS (
        SELECT
            asset, kind, occurred,
            pages - CASE lag(kind) OVER meter WHEN 'replaced' THEN 0 ELSE lag(pages) OVER meter END AS grown
        FROM events
        WHERE kind IN ('reading', 'replaced') AND occurred < TIMESTAMPTZ '2027-01-01 00:00:00+01:00'
        WINDOW meter AS (PARTITION BY asset ORDER BY occurred, kind, id)
    ),
    pages AS (
        SELECT asset, sum(grown)::BIGINT AS pages, min(grown) AS least_grown
        FROM meters
        WHERE kind = 'reading' AND occurred >= TIMESTAMPTZ '2026-12-01 00:00:00+01:00'
        GROUP BY asset
    ),
    returns AS (
        SELECT asset, kind, occurred, lag(kind) OVER machine AS before, lag(occurred) OVER machine AS requested
        FROM events
        WHERE kind IN ('return_requested', 'collected') AND occurred < TIMESTAMPTZ '2027-01-01 00:00:00+01:00'
        WINDOW machine AS (PARTITION BY asset ORDER BY occurred, kind DESC, id)
    ),
    -- Ten business days after the day of the request are over with the end of the last of them.
    late AS (
        SELECT asset, greatest(t.business_days - s.business_days - 10, 0) AS days
        FROM returns
        JOIN calendar s ON s.day = (requested AT TIME ZONE 'Europe/Paris')::DATE
        JOIN calendar t ON t.day = (occurred AT TIME ZONE 'Europe/Paris')::DATE
        WHERE kind = 'collected' AND before = 'return_requested'
            AND occurred >= TIMESTAMPTZ '2026-12-01 00:00:00+01:00'
    ),
    fees AS (
        SELECT asset
        FROM events
        WHERE kind = 'inspected' AND grade = 'c'
            AND occurred >= TIMESTAMPTZ '2026-12-01 00:00:00+01:00'
            AND occurred < TIMESTAMPTZ '2027-01-01 00:00:00+01:00'
    )
    SELECT
        contract, 1 AS clause, asset AS machine,
        (2 * (850 * least(seconds - 14400, 57600) + 1275 * greatest(seconds - 72000, 0)) + 3600) // 7200 AS cents
    FROM downtime JOIN 'machines.csv' USING (asset)
    WHERE seconds > 14400
    UNION ALL
    SELECT
        contract, 2, asset,
        CASE WHEN least_grown >= 0
            THEN (120 * greatest(least(pages - 5000, 15000), 0) + 85 * greatest(pages - 20000, 0) + 50) // 100
        END
    FROM 'machines.csv' LEFT JOIN pages USING (asset)
    UNION ALL
    SELECT contract, 3, NULL, least(1250 * sum(days), 15000)::BIGINT
    FROM late JOIN 'machines.csv' USING (asset)
    GROUP BY contract
    UNION ALL
    SELECT contract, 4, NULL, 3500 * count(*)
    FROM fees JOIN 'machines.csv' USING (asset)
    GROUP BY contract
) TO 'lines.csv';
