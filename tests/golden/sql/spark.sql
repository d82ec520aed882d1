-- opened
SELECT
  o.person_id,
  o.day,
  o.inside,
  ROW_NUMBER() OVER (ORDER BY o.day, o.person_id) AS start_id,
  ROW_NUMBER() OVER (PARTITION BY o.person_id, o.inside ORDER BY o.day DESC) AS nth,
  COALESCE(LAG(o.day) OVER (PARTITION BY o.person_id ORDER BY o.day), -100000) AS previous
FROM (
  SELECT
    person_id,
    day,
    CASE WHEN 18262 <= day AND day < 18628 THEN 1 ELSE 0 END AS inside
  FROM (
    SELECT DISTINCT
      person_id,
      day
    FROM `event`
    WHERE
      kind IN ('release', 'it\'s; --')
  ) AS e
) AS o;

-- candidate
SELECT
  b.*,
  CASE
    WHEN NOT (
      b.inside = 1
    )
    THEN 0
    WHEN NOT (
      b.nth = 1
    )
    THEN 1
    WHEN NOT (
      b.of_age <= b.day AND b.day < b.too_old
    )
    THEN 2
    WHEN NOT (
      b.previous < (
        b.day - 90
      )
    )
    THEN 3
    WHEN NOT (
      18262 <= b.day AND b.day < 18993
    )
    THEN 4
    WHEN NOT (
      b.day < b.moved
    )
    THEN 5
    WHEN NOT (
      b.day < b.death
    )
    THEN 6
    WHEN NOT (
      (
        b.offered + b.withheld
      ) = 1
    )
    THEN 7
    ELSE 8
  END AS passed
FROM (
  SELECT
    o.person_id,
    o.day,
    o.inside,
    o.nth,
    o.previous,
    COALESCE(g.of_age, 100000) AS of_age,
    COALESCE(g.too_old, 100000) AS too_old,
    COALESCE(p.death, 100000) AS death,
    COALESCE(p.moved, 100000) AS moved,
    18993 AS covered,
    COALESCE(a.offered, 0) AS offered,
    COALESCE(a.withheld, 0) AS withheld
  FROM `opened_main` AS o
  LEFT JOIN `person` AS p
    ON p.person_id = o.person_id
  LEFT JOIN `ages_main` AS g
    ON g.birth = p.birth
  LEFT JOIN (
    SELECT
      s.start_id,
      event_read.`offered`,
      event_read.`withheld`
    FROM (
      SELECT
        start_id,
        person_id,
        day
      FROM `opened_main`
      WHERE
        inside = 1 AND nth = 1
    ) AS s
    JOIN (
      SELECT
        s.start_id,
        MAX(
          CASE
            WHEN e.kind IN ('aid') AND (
              s.day - 7 <= e.day AND e.day < s.day + 1
            )
            THEN 1
            ELSE 0
          END
        ) AS `offered`,
        MAX(
          CASE
            WHEN e.kind IN ('no_aid') AND (
              s.day - 7 <= e.day AND e.day < s.day + 1
            )
            THEN 1
            ELSE 0
          END
        ) AS `withheld`
      FROM (
        SELECT
          start_id,
          person_id,
          day
        FROM `opened_main`
        WHERE
          inside = 1 AND nth = 1
      ) AS s
      LEFT JOIN `event` AS e
        ON e.person_id = s.person_id
        AND (
          e.kind IN ('aid', 'no_aid') AND (
            s.day - 7 <= e.day AND e.day < s.day + 1
          )
        )
      GROUP BY
        s.start_id,
        s.day
    ) AS event_read
      ON event_read.start_id = s.start_id
  ) AS a
    ON a.start_id = o.start_id
) AS b;

-- start
SELECT
  ROW_NUMBER() OVER (ORDER BY k.day, k.person_id) AS start_id,
  k.person_id,
  k.day,
  LEAST(CASE WHEN k.moved < k.death THEN k.moved ELSE 100000 END, k.covered) AS gone,
  k.death,
  k.moved,
  k.covered,
  k.offered AS served
FROM `candidate_main` AS k
WHERE
  k.passed = 8;

-- tally
SELECT
  passed,
  COUNT(*) AS n
FROM `candidate_main`
GROUP BY
  passed
ORDER BY
  passed;

-- history
SELECT
  s.start_id,
  event_read.`arrests`,
  event_read.`last "score"`,
  spell_read.`since_jail_or_ward`
FROM `start_main` AS s
JOIN (
  SELECT
    s.start_id,
    COUNT(
      CASE
        WHEN e.kind IN ('arrest') AND (
          s.day - 365 <= e.day AND e.day < s.day
        )
        THEN 1
      END
    ) AS `arrests`,
    (
      MAX(
        CASE
          WHEN (
            e.kind IN ('back\\slash') AND (
              s.day - 30 <= e.day AND e.day < s.day
            )
          )
          AND NOT e.value IS NULL
          THEN (
            (
              e.day + 100000
            ) * 1099511627776
          ) + e.value + 549755813888
        END
      ) % 1099511627776
    ) - 549755813888 AS `last "score"`
  FROM `start_main` AS s
  LEFT JOIN `event` AS e
    ON e.person_id = s.person_id
    AND (
      e.kind IN ('arrest', 'back\\slash')
      AND (
        s.day - 365 <= e.day AND e.day < s.day
      )
    )
  GROUP BY
    s.start_id,
    s.day
) AS event_read
  ON event_read.start_id = s.start_id
JOIN (
  SELECT
    s.start_id,
    s.day - MAX(
      CASE
        WHEN e.label = 'set 1' AND GREATEST(e.start, s.day - 30) < LEAST(e.stop, s.day)
        THEN LEAST(e.stop, s.day) - 1
      END
    ) AS `since_jail_or_ward`
  FROM `start_main` AS s
  LEFT JOIN (
    SELECT
      person_id,
      'set 1' AS label,
      MIN(start) AS start,
      MAX(stop) AS stop
    FROM (
      SELECT
        person_id,
        start,
        stop,
        SUM(opens) OVER (
          PARTITION BY person_id
          ORDER BY start, stop
          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island
      FROM (
        SELECT
          person_id,
          start,
          stop,
          CASE
            WHEN start <= MAX(stop) OVER (
              PARTITION BY person_id
              ORDER BY start, stop
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            )
            THEN 0
            ELSE 1
          END AS opens
        FROM (
          SELECT
            person_id,
            start,
            stop
          FROM `spell`
          WHERE
            stop > start AND kind IN ('jail', 'ward')
        ) AS s
      ) AS s
    ) AS s
    GROUP BY
      person_id,
      island
  ) AS e
    ON e.person_id = s.person_id
    AND (
      e.stop > (
        s.day - 30
      ) AND e.start < s.day
    )
  GROUP BY
    s.start_id,
    s.day
) AS spell_read
  ON spell_read.start_id = s.start_id;

-- outcomes
SELECT
  s.start_id,
  cost_read.`cost`,
  spell_read.`jail_days`
FROM `start_main` AS s
JOIN (
  SELECT
    s.start_id,
    CAST(COALESCE(
      SUM(
        CASE
          WHEN s.day + 1 <= e.day AND e.day < LEAST(s.day + 91, s.gone)
          THEN e.amount
        END
      ),
      0
    ) AS BIGINT) AS `cost`
  FROM `start_main` AS s
  LEFT JOIN `cost` AS e
    ON e.person_id = s.person_id
    AND (
      s.day + 1 <= e.day AND e.day < LEAST(s.day + 91, s.gone)
    )
  GROUP BY
    s.start_id,
    s.day,
    s.gone
) AS cost_read
  ON cost_read.start_id = s.start_id
JOIN (
  SELECT
    s.start_id,
    CAST(COALESCE(
      SUM(
        CASE
          WHEN e.label = 'set 1'
          AND GREATEST(e.start, s.day) < LEAST(e.stop, LEAST(s.until, s.gone))
          THEN LEAST(e.stop, LEAST(s.until, s.gone)) - GREATEST(e.start, s.day)
        END
      ),
      0
    ) AS BIGINT) AS `jail_days`
  FROM `start_main` AS s
  LEFT JOIN (
    SELECT
      person_id,
      'set 1' AS label,
      MIN(start) AS start,
      MAX(stop) AS stop
    FROM (
      SELECT
        person_id,
        start,
        stop,
        SUM(opens) OVER (
          PARTITION BY person_id
          ORDER BY start, stop
          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island
      FROM (
        SELECT
          person_id,
          start,
          stop,
          CASE
            WHEN start <= MAX(stop) OVER (
              PARTITION BY person_id
              ORDER BY start, stop
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            )
            THEN 0
            ELSE 1
          END AS opens
        FROM (
          SELECT
            person_id,
            start,
            stop
          FROM `spell`
          WHERE
            stop > start AND kind IN ('jail')
        ) AS s
      ) AS s
    ) AS s
    GROUP BY
      person_id,
      island
  ) AS e
    ON e.person_id = s.person_id
    AND (
      e.stop > s.day AND e.start < LEAST(s.until, s.gone)
    )
  GROUP BY
    s.start_id,
    s.day,
    s.gone,
    s.until
) AS spell_read
  ON spell_read.start_id = s.start_id;

