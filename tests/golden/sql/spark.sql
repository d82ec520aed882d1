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
    e.person_id,
    e.day,
    CASE WHEN 18262 <= e.day AND e.day < 18628 THEN 1 ELSE 0 END AS inside
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
    COALESCE(a.`offered`, 0) AS offered,
    COALESCE(a.`withheld`, 0) AS withheld
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
  k.day AS origin,
  k.day,
  k.offered AS served,
  k.death,
  k.moved,
  k.covered,
  100000 AS own,
  LEAST(CASE WHEN k.moved < k.death THEN k.moved ELSE 100000 END, k.covered) AS gone
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

-- openings by spell_end
SELECT
  i.person_id,
  i.stop AS day
FROM (
  SELECT
    person_id,
    'stay' AS label,
    MIN(start) AS start,
    MAX(stop) AS stop
  FROM (
    SELECT
      person_id,
      start,
      stop,
      SUM(opens) OVER (
        PARTITION BY person_id
        ORDER BY start, stop, opens DESC
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
          stop > start AND kind IN ('custody', 'it\'s; --')
      ) AS s
    ) AS s
  ) AS s
  GROUP BY
    person_id,
    island
) AS i
WHERE
  i.stop < 100000;

-- openings by referral
SELECT DISTINCT
  person_id,
  day
FROM `event`
WHERE
  kind IN ('referral:aid');

-- openings by enrolment
SELECT DISTINCT
  person_id,
  start AS day
FROM `service`
WHERE
  programme IN ('other');

-- openings by list
SELECT
  person_id,
  day,
  MAX(score) AS score
FROM `score`
WHERE
  list = 'need' AND day IN (18293)
GROUP BY
  person_id,
  day;

-- openings by dates
SELECT
  person_id,
  day
FROM (
  SELECT
    person_id,
    18293 AS day
  FROM `person`
  UNION ALL
  SELECT
    person_id,
    18444 AS day
  FROM `person`
) AS d;

-- opened by score
SELECT
  o.person_id,
  o.day,
  o.inside,
  o.score,
  o.place,
  ROW_NUMBER() OVER (ORDER BY o.day, o.person_id) AS start_id,
  ROW_NUMBER() OVER (PARTITION BY o.person_id, o.inside ORDER BY o.day) AS nth,
  COALESCE(LAG(o.day) OVER (PARTITION BY o.person_id ORDER BY o.day), -100000) AS previous
FROM (
  SELECT
    e.person_id,
    e.day,
    CASE WHEN 18262 <= e.day AND e.day < 18628 THEN 1 ELSE 0 END AS inside,
    e.score,
    RANK() OVER (PARTITION BY e.day ORDER BY e.score) AS place
  FROM (
    SELECT
      person_id,
      day,
      MAX(score) AS score
    FROM `score`
    WHERE
      list = 'the "need" list' AND day IN (18293, 18444)
    GROUP BY
      person_id,
      day
  ) AS e
) AS o;

-- candidate by score and active
SELECT
  b.*,
  CASE
    WHEN NOT (
      b.inside = 1
    )
    THEN 0
    WHEN NOT (
      18262 <= b.day AND b.day < 18993
    )
    THEN 1
    WHEN NOT (
      b.active = 1
    )
    THEN 2
    WHEN NOT (
      b.day < b.moved
    )
    THEN 3
    WHEN NOT (
      b.day < b.death
    )
    THEN 4
    ELSE 5
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
    CASE WHEN o.place <= 301 THEN 1 ELSE 0 END AS offered,
    o.score,
    GREATEST(
      COALESCE(a.`event line`, 0),
      COALESCE(a.`cost line`, 0),
      COALESCE(a.`service line`, 0),
      COALESCE(a.`spell line`, 0)
    ) AS active
  FROM `opened_main` AS o
  LEFT JOIN `person` AS p
    ON p.person_id = o.person_id
  LEFT JOIN `ages_main` AS g
    ON g.birth = p.birth
  LEFT JOIN (
    SELECT
      s.start_id,
      event_read.`event line`,
      cost_read.`cost line`,
      service_read.`service line`,
      spell_read.`spell line`
    FROM (
      SELECT
        start_id,
        person_id,
        day
      FROM `opened_main`
      WHERE
        inside = 1
    ) AS s
    JOIN (
      SELECT
        s.start_id,
        MAX(CASE WHEN s.day - 30 <= e.day AND e.day < s.day THEN 1 ELSE 0 END) AS `event line`
      FROM (
        SELECT
          start_id,
          person_id,
          day
        FROM `opened_main`
        WHERE
          inside = 1
      ) AS s
      LEFT JOIN `event` AS e
        ON e.person_id = s.person_id AND (
          s.day - 30 <= e.day AND e.day < s.day
        )
      GROUP BY
        s.start_id,
        s.day
    ) AS event_read
      ON event_read.start_id = s.start_id
    JOIN (
      SELECT
        s.start_id,
        MAX(CASE WHEN s.day - 30 <= e.day AND e.day < s.day THEN 1 ELSE 0 END) AS `cost line`
      FROM (
        SELECT
          start_id,
          person_id,
          day
        FROM `opened_main`
        WHERE
          inside = 1
      ) AS s
      LEFT JOIN `cost` AS e
        ON e.person_id = s.person_id AND (
          s.day - 30 <= e.day AND e.day < s.day
        )
      GROUP BY
        s.start_id,
        s.day
    ) AS cost_read
      ON cost_read.start_id = s.start_id
    JOIN (
      SELECT
        s.start_id,
        MAX(CASE WHEN s.day - 30 <= e.start AND e.start < s.day THEN 1 ELSE 0 END) AS `service line`
      FROM (
        SELECT
          start_id,
          person_id,
          day
        FROM `opened_main`
        WHERE
          inside = 1
      ) AS s
      LEFT JOIN `service` AS e
        ON e.person_id = s.person_id AND (
          s.day - 30 <= e.start AND e.start < s.day
        )
      GROUP BY
        s.start_id,
        s.day
    ) AS service_read
      ON service_read.start_id = s.start_id
    JOIN (
      SELECT
        s.start_id,
        MAX(
          CASE
            WHEN e.label = 'set 1' AND GREATEST(e.start, s.day - 30) < LEAST(e.stop, s.day)
            THEN 1
            ELSE 0
          END
        ) AS `spell line`
      FROM (
        SELECT
          start_id,
          person_id,
          day
        FROM `opened_main`
        WHERE
          inside = 1
      ) AS s
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
              ORDER BY start, stop, opens DESC
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
                stop > start
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
      ON spell_read.start_id = s.start_id
  ) AS a
    ON a.start_id = o.start_id
) AS b;

-- candidate by score at a cut-off
SELECT
  b.*,
  CASE
    WHEN NOT (
      b.inside = 1
    )
    THEN 0
    WHEN NOT (
      18262 <= b.day AND b.day < 18993
    )
    THEN 1
    WHEN NOT (
      b.day < b.moved
    )
    THEN 2
    WHEN NOT (
      b.day < b.death
    )
    THEN 3
    ELSE 4
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
    CASE WHEN o.score >= CAST(12.5 AS DOUBLE) THEN 1 ELSE 0 END AS offered,
    o.score
  FROM `opened_main` AS o
  LEFT JOIN `person` AS p
    ON p.person_id = o.person_id
  LEFT JOIN `ages_main` AS g
    ON g.birth = p.birth
) AS b;

-- candidate outside spells of some kinds
SELECT
  b.*,
  CASE
    WHEN NOT (
      b.inside = 1
    )
    THEN 0
    WHEN NOT (
      18262 <= b.day AND b.day < 18993
    )
    THEN 1
    WHEN NOT (
      b.day < b.since
    )
    THEN 2
    WHEN NOT (
      b.day < b.moved
    )
    THEN 3
    WHEN NOT (
      b.day < b.death
    )
    THEN 4
    ELSE 5
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
    CASE WHEN o.score >= CAST(12.5 AS DOUBLE) THEN 1 ELSE 0 END AS offered,
    o.score,
    COALESCE(i.start, 100000) AS since
  FROM `opened_main` AS o
  LEFT JOIN `person` AS p
    ON p.person_id = o.person_id
  LEFT JOIN `ages_main` AS g
    ON g.birth = p.birth
  LEFT JOIN (
    SELECT
      person_id,
      'inside' AS label,
      MIN(start) AS start,
      MAX(stop) AS stop
    FROM (
      SELECT
        person_id,
        start,
        stop,
        SUM(opens) OVER (
          PARTITION BY person_id
          ORDER BY start, stop, opens DESC
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
            stop > start AND kind IN ('custody', 'it\'s; --')
        ) AS s
      ) AS s
    ) AS s
    GROUP BY
      person_id,
      island
  ) AS i
    ON i.person_id = o.person_id AND (
      i.start <= o.day AND o.day < i.stop
    )
) AS b;

-- start by score
SELECT
  ROW_NUMBER() OVER (ORDER BY k.day, k.person_id) AS start_id,
  k.person_id,
  k.day AS origin,
  k.day,
  k.offered AS served,
  k.death,
  k.moved,
  k.covered,
  100000 AS own,
  LEAST(CASE WHEN k.moved < k.death THEN k.moved ELSE 100000 END, k.covered) AS gone,
  k.score
FROM `candidate_main` AS k
WHERE
  k.passed = 4;

-- own
SELECT
  person_id,
  MIN(start) AS own
FROM `service`
WHERE
  programme = 'back\\slash'
GROUP BY
  person_id;

-- strata
SELECT
  p.`sex`,
  p.`the "area"`,
  ROW_NUMBER() OVER (ORDER BY p.`sex`, p.`the "area"`) AS stratum
FROM `person` AS p
GROUP BY
  p.`sex`,
  p.`the "area"`;

-- candidate since an event
SELECT
  b.*,
  GREATEST(b.start, 18262, b.of_age, 18262) AS low,
  LEAST(b.stop, 18628, b.too_old, 18993, b.moved, b.death, b.own) AS high,
  CASE
    WHEN b.start >= b.stop
    THEN 0
    WHEN GREATEST(b.start, 18262) >= LEAST(b.stop, 18628)
    THEN 1
    WHEN GREATEST(b.start, 18262, b.of_age) >= LEAST(b.stop, 18628, b.too_old)
    THEN 2
    WHEN GREATEST(b.start, 18262, b.of_age, 18262) >= LEAST(b.stop, 18628, b.too_old, 18993)
    THEN 3
    WHEN GREATEST(b.start, 18262, b.of_age, 18262) >= LEAST(b.stop, 18628, b.too_old, 18993, b.moved)
    THEN 4
    WHEN GREATEST(b.start, 18262, b.of_age, 18262) >= LEAST(b.stop, 18628, b.too_old, 18993, b.moved, b.death)
    THEN 5
    WHEN GREATEST(b.start, 18262, b.of_age, 18262) >= LEAST(b.stop, 18628, b.too_old, 18993, b.moved, b.death, b.own)
    THEN 6
    ELSE 7
  END AS passed,
  CASE
    WHEN NOT (
      b.start <= b.own AND b.own < b.stop
    )
    THEN 0
    WHEN NOT (
      18262 <= b.own AND b.own < 18628
    )
    THEN 1
    WHEN NOT (
      b.of_age <= b.own AND b.own < b.too_old
    )
    THEN 2
    WHEN NOT (
      18262 <= b.own AND b.own < 18993
    )
    THEN 3
    WHEN NOT (
      b.own < b.moved
    )
    THEN 4
    WHEN NOT (
      b.own < b.death
    )
    THEN 5
    ELSE 6
  END AS passed_as_served
FROM (
  SELECT
    k.person_id,
    k.origin,
    k.start,
    k.stop,
    COALESCE(p.death, 100000) AS death,
    COALESCE(p.moved, 100000) AS moved,
    COALESCE(o.own, 100000) AS own,
    t.stratum,
    COALESCE(g.of_age, 100000) AS of_age,
    COALESCE(g.too_old, 100000) AS too_old
  FROM (
    SELECT
      d.person_id,
      d.origin,
      d.origin AS start,
      d.origin + 31 AS stop
    FROM (
      SELECT
        o.person_id,
        MIN(o.day) AS origin
      FROM (
        SELECT DISTINCT
          person_id,
          day
        FROM `event`
        WHERE
          kind IN ('release', 'it\'s; --')
      ) AS o
      WHERE
        18262 - 30 <= o.day AND o.day < 18628
      GROUP BY
        o.person_id
    ) AS d
  ) AS k
  JOIN `person` AS p
    ON p.person_id = k.person_id
  LEFT JOIN `own_main` AS o
    ON o.person_id = k.person_id
  JOIN `strata_main` AS t
    ON t.`sex` IS NOT DISTINCT FROM p.`sex`
    AND t.`the "area"` IS NOT DISTINCT FROM p.`the "area"`
  LEFT JOIN `ages_main` AS g
    ON g.birth = p.birth
) AS b;

-- candidate on a day of the calendar and active
SELECT
  b.*,
  GREATEST(b.start, 18262, 18262, b.active) AS low,
  LEAST(b.stop, 18628, 18993, b.inactive, b.moved, b.death, b.own) AS high,
  CASE
    WHEN b.start >= b.stop
    THEN 0
    WHEN GREATEST(b.start, 18262) >= LEAST(b.stop, 18628)
    THEN 1
    WHEN GREATEST(b.start, 18262, 18262) >= LEAST(b.stop, 18628, 18993)
    THEN 2
    WHEN GREATEST(b.start, 18262, 18262, b.active) >= LEAST(b.stop, 18628, 18993, b.inactive)
    THEN 3
    WHEN GREATEST(b.start, 18262, 18262, b.active) >= LEAST(b.stop, 18628, 18993, b.inactive, b.moved)
    THEN 4
    WHEN GREATEST(b.start, 18262, 18262, b.active) >= LEAST(b.stop, 18628, 18993, b.inactive, b.moved, b.death)
    THEN 5
    WHEN GREATEST(b.start, 18262, 18262, b.active) >= LEAST(b.stop, 18628, 18993, b.inactive, b.moved, b.death, b.own)
    THEN 6
    ELSE 7
  END AS passed,
  CASE
    WHEN NOT (
      b.start <= b.own AND b.own < b.stop
    )
    THEN 0
    WHEN NOT (
      18262 <= b.own AND b.own < 18628
    )
    THEN 1
    WHEN NOT (
      18262 <= b.own AND b.own < 18993
    )
    THEN 2
    WHEN NOT (
      b.active <= b.own AND b.own < b.inactive
    )
    THEN 3
    WHEN NOT (
      b.own < b.moved
    )
    THEN 4
    WHEN NOT (
      b.own < b.death
    )
    THEN 5
    ELSE 6
  END AS passed_as_served
FROM (
  SELECT
    k.person_id,
    k.origin,
    k.start,
    k.stop,
    COALESCE(p.death, 100000) AS death,
    COALESCE(p.moved, 100000) AS moved,
    COALESCE(o.own, 100000) AS own,
    0 AS stratum,
    COALESCE(a.start, 100000) AS active,
    COALESCE(a.stop, 100000) AS inactive
  FROM (
    SELECT
      i.person_id,
      0 AS origin,
      i.start,
      i.stop
    FROM (
      SELECT
        person_id,
        'eligible' AS label,
        MIN(start) AS start,
        MAX(stop) AS stop
      FROM (
        SELECT
          person_id,
          start,
          stop,
          SUM(opens) OVER (
            PARTITION BY person_id
            ORDER BY start, stop, opens DESC
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
              stop > start AND kind IN ('shelter')
          ) AS s
        ) AS s
      ) AS s
      GROUP BY
        person_id,
        island
    ) AS i
  ) AS k
  JOIN `person` AS p
    ON p.person_id = k.person_id
  LEFT JOIN `own_main` AS o
    ON o.person_id = k.person_id
  LEFT JOIN (
    SELECT
      i.person_id,
      i.start,
      i.stop
    FROM (
      SELECT
        person_id,
        'active' AS label,
        MIN(start) AS start,
        MAX(stop) AS stop
      FROM (
        SELECT
          person_id,
          start,
          stop,
          SUM(opens) OVER (
            PARTITION BY person_id
            ORDER BY start, stop, opens DESC
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
              MIN(day) + 1 AS start,
              MAX(day) + 366 AS stop
            FROM `event`
            WHERE
              17897 <= day AND day < 18627
            GROUP BY
              person_id,
              day - (
                (
                  day + 100000
                ) % 365
              )
            UNION ALL
            SELECT
              person_id,
              MIN(day) + 1 AS start,
              MAX(day) + 366 AS stop
            FROM `cost`
            WHERE
              17897 <= day AND day < 18627
            GROUP BY
              person_id,
              day - (
                (
                  day + 100000
                ) % 365
              )
            UNION ALL
            SELECT
              person_id,
              MIN(start) + 1 AS start,
              MAX(start) + 366 AS stop
            FROM `service`
            WHERE
              17897 <= start AND start < 18627
            GROUP BY
              person_id,
              start - (
                (
                  start + 100000
                ) % 365
              )
            UNION ALL
            SELECT
              person_id,
              start + 1 AS start,
              stop + 365 AS stop
            FROM `spell`
            WHERE
              stop > start AND start < 18627 AND stop > 17897
          ) AS s
        ) AS s
      ) AS s
      GROUP BY
        person_id,
        island
    ) AS i
  ) AS a
    ON a.person_id = k.person_id AND (
      a.start < k.stop AND a.stop > k.start
    )
) AS b;

-- candidate on a day of the calendar, active and outside
SELECT
  b.*,
  GREATEST(b.start, 18262, 18262, b.active, b.free) AS low,
  LEAST(b.stop, 18628, 18993, b.inactive, b.inside, b.moved, b.death, b.own) AS high,
  CASE
    WHEN b.start >= b.stop
    THEN 0
    WHEN GREATEST(b.start, 18262) >= LEAST(b.stop, 18628)
    THEN 1
    WHEN GREATEST(b.start, 18262, 18262) >= LEAST(b.stop, 18628, 18993)
    THEN 2
    WHEN GREATEST(b.start, 18262, 18262, b.active) >= LEAST(b.stop, 18628, 18993, b.inactive)
    THEN 3
    WHEN GREATEST(b.start, 18262, 18262, b.active, b.free) >= LEAST(b.stop, 18628, 18993, b.inactive, b.inside)
    THEN 4
    WHEN GREATEST(b.start, 18262, 18262, b.active, b.free) >= LEAST(b.stop, 18628, 18993, b.inactive, b.inside, b.moved)
    THEN 5
    WHEN GREATEST(b.start, 18262, 18262, b.active, b.free) >= LEAST(b.stop, 18628, 18993, b.inactive, b.inside, b.moved, b.death)
    THEN 6
    WHEN GREATEST(b.start, 18262, 18262, b.active, b.free) >= LEAST(b.stop, 18628, 18993, b.inactive, b.inside, b.moved, b.death, b.own)
    THEN 7
    ELSE 8
  END AS passed,
  CASE
    WHEN NOT (
      b.start <= b.own AND b.own < b.stop
    )
    THEN 0
    WHEN NOT (
      18262 <= b.own AND b.own < 18628
    )
    THEN 1
    WHEN NOT (
      18262 <= b.own AND b.own < 18993
    )
    THEN 2
    WHEN NOT (
      b.active <= b.own AND b.own < b.inactive
    )
    THEN 3
    WHEN NOT (
      b.free <= b.own AND b.own < b.inside
    )
    THEN 4
    WHEN NOT (
      b.own < b.moved
    )
    THEN 5
    WHEN NOT (
      b.own < b.death
    )
    THEN 6
    ELSE 7
  END AS passed_as_served
FROM (
  SELECT
    k.person_id,
    k.origin,
    k.start,
    k.stop,
    COALESCE(p.death, 100000) AS death,
    COALESCE(p.moved, 100000) AS moved,
    COALESCE(o.own, 100000) AS own,
    0 AS stratum,
    COALESCE(a.start, 100000) AS active,
    COALESCE(a.stop, 100000) AS inactive,
    COALESCE(f.start, 100000) AS free,
    COALESCE(f.stop, 100000) AS inside
  FROM (
    SELECT
      i.person_id,
      0 AS origin,
      i.start,
      i.stop
    FROM (
      SELECT
        person_id,
        'eligible' AS label,
        MIN(start) AS start,
        MAX(stop) AS stop
      FROM (
        SELECT
          person_id,
          start,
          stop,
          SUM(opens) OVER (
            PARTITION BY person_id
            ORDER BY start, stop, opens DESC
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
              stop > start AND kind IN ('shelter')
          ) AS s
        ) AS s
      ) AS s
      GROUP BY
        person_id,
        island
    ) AS i
  ) AS k
  JOIN `person` AS p
    ON p.person_id = k.person_id
  LEFT JOIN `own_main` AS o
    ON o.person_id = k.person_id
  LEFT JOIN (
    SELECT
      i.person_id,
      i.start,
      i.stop
    FROM (
      SELECT
        person_id,
        'active' AS label,
        MIN(start) AS start,
        MAX(stop) AS stop
      FROM (
        SELECT
          person_id,
          start,
          stop,
          SUM(opens) OVER (
            PARTITION BY person_id
            ORDER BY start, stop, opens DESC
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
              MIN(day) + 1 AS start,
              MAX(day) + 366 AS stop
            FROM `event`
            WHERE
              17897 <= day AND day < 18627
            GROUP BY
              person_id,
              day - (
                (
                  day + 100000
                ) % 365
              )
            UNION ALL
            SELECT
              person_id,
              MIN(day) + 1 AS start,
              MAX(day) + 366 AS stop
            FROM `cost`
            WHERE
              17897 <= day AND day < 18627
            GROUP BY
              person_id,
              day - (
                (
                  day + 100000
                ) % 365
              )
            UNION ALL
            SELECT
              person_id,
              MIN(start) + 1 AS start,
              MAX(start) + 366 AS stop
            FROM `service`
            WHERE
              17897 <= start AND start < 18627
            GROUP BY
              person_id,
              start - (
                (
                  start + 100000
                ) % 365
              )
            UNION ALL
            SELECT
              person_id,
              start + 1 AS start,
              stop + 365 AS stop
            FROM `spell`
            WHERE
              stop > start AND start < 18627 AND stop > 17897
          ) AS s
        ) AS s
      ) AS s
      GROUP BY
        person_id,
        island
    ) AS i
  ) AS a
    ON a.person_id = k.person_id AND (
      a.start < k.stop AND a.stop > k.start
    )
  LEFT JOIN (
    SELECT
      g.person_id,
      g.start,
      g.stop
    FROM (
      SELECT
        e.person_id,
        e.stop AS start,
        COALESCE(LEAD(e.start) OVER (PARTITION BY e.person_id ORDER BY e.start), 100000) AS stop
      FROM (
        SELECT
          person_id,
          -100000 AS start,
          -100000 AS stop
        FROM `person`
        UNION ALL
        SELECT
          i.person_id,
          i.start,
          i.stop
        FROM (
          SELECT
            person_id,
            'inside' AS label,
            MIN(start) AS start,
            MAX(stop) AS stop
          FROM (
            SELECT
              person_id,
              start,
              stop,
              SUM(opens) OVER (
                PARTITION BY person_id
                ORDER BY start, stop, opens DESC
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
                  stop > start AND kind IN ('custody', 'it\'s; --')
              ) AS s
            ) AS s
          ) AS s
          GROUP BY
            person_id,
            island
        ) AS i
      ) AS e
    ) AS g
    WHERE
      g.stop > 18262 AND g.start <= 18627
  ) AS f
    ON f.person_id = k.person_id
    AND (
      f.start < k.stop AND f.stop > k.start
    )
    AND (
      f.start < a.stop AND f.stop > a.start
    )
) AS b;

-- stretches since every event
SELECT
  d.person_id,
  d.origin,
  d.origin AS start,
  LEAST(d.origin + 31, d.following) AS stop
FROM (
  SELECT
    o.person_id,
    o.day AS origin,
    COALESCE(LEAD(o.day) OVER (PARTITION BY o.person_id ORDER BY o.day), 100000) AS following
  FROM (
    SELECT DISTINCT
      person_id,
      day
    FROM `event`
    WHERE
      kind IN ('release')
  ) AS o
  WHERE
    18262 - 30 <= o.day AND o.day < 18628
) AS d;

-- stretches of everybody
SELECT
  person_id,
  0 AS origin,
  -100000 AS start,
  100000 AS stop
FROM `person`;

-- served
SELECT
  k.person_id,
  k.origin,
  k.stratum,
  k.death,
  k.moved,
  k.own,
  ROW_NUMBER() OVER (ORDER BY k.own, k.person_id) AS set_id
FROM `candidate_main` AS k
WHERE
  k.passed_as_served = 6;

-- walk
SELECT
  w.stratum,
  w.set_id,
  w.one,
  w.person_id,
  w.origin,
  w.low,
  w.high,
  w.own,
  w.death,
  w.moved,
  CAST(SUM(w.one) OVER (
    PARTITION BY w.stratum
    ORDER BY w.digest, w.one, w.person_id, w.low
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS BIGINT) AS place,
  CAST(SUM(w.one) OVER (PARTITION BY w.stratum) AS BIGINT) AS size
FROM (
  SELECT
    k.stratum,
    0 AS set_id,
    1 AS one,
    k.person_id,
    k.origin,
    k.low,
    k.high,
    k.own,
    k.death,
    k.moved,
    MD5(
      '7' || '|' || 'pool' || '|' || CAST(k.person_id AS STRING) || '|' || CAST(k.origin AS STRING) || '|' || CAST(k.low AS STRING)
    ) AS digest
  FROM `candidate_main` AS k
  WHERE
    k.passed = 7
  UNION ALL
  SELECT
    s.stratum,
    s.set_id,
    0 AS one,
    s.person_id,
    s.origin,
    s.own AS low,
    s.own AS high,
    s.own,
    s.death,
    s.moved,
    MD5(
      '7' || '|' || 'set' || '|' || CAST(s.person_id AS STRING) || '|' || CAST(s.origin AS STRING)
    ) AS digest
  FROM `served_main` AS s
) AS w;

-- short at first
SELECT
  w.set_id,
  w.person_id,
  w.low - w.origin AS clock,
  w.stratum,
  w.place,
  w.size
FROM `walk_main` AS w
WHERE
  w.one = 0 AND w.size > 0;

-- short later
SELECT
  w.set_id,
  w.person_id,
  w.low - w.origin AS clock,
  w.stratum,
  w.place,
  w.size
FROM `walk_main` AS w
LEFT JOIN (
  SELECT
    m.set_id
  FROM `met_main` AS m
  GROUP BY
    m.set_id
  HAVING
    COUNT(*) >= 20
) AS f
  ON f.set_id = w.set_id
WHERE
  (
    w.one = 0 AND w.size > 80
  ) AND f.set_id IS NULL;

-- draw
INSERT INTO `met_main`
SELECT
  s.set_id,
  s.step,
  w.person_id,
  w.origin,
  w.origin + s.clock AS day,
  w.death,
  w.moved,
  w.own
FROM (
  SELECT
    h.set_id,
    h.person_id,
    h.clock,
    h.stratum,
    n.n AS step,
    (
      (
        h.place + n.n
      ) % h.size
    ) + 1 AS at
  FROM `short_main` AS h
  JOIN `step_main` AS n
    ON n.n < h.size
) AS s
JOIN `walk_main` AS w
  ON w.stratum = s.stratum AND w.place = s.at AND w.one = 1
WHERE
  (
    w.low <= w.origin + s.clock AND w.origin + s.clock < w.high
  )
  AND w.person_id <> s.person_id;

-- look up
INSERT INTO `met_main`
SELECT
  m.set_id,
  m.step,
  m.person_id,
  m.origin,
  m.day,
  m.death,
  m.moved,
  m.own
FROM (
  SELECT
    m.set_id,
    m.step,
    m.person_id,
    m.origin,
    m.day,
    m.death,
    m.moved,
    m.own,
    ROW_NUMBER() OVER (PARTITION BY m.set_id ORDER BY m.step) AS nth
  FROM (
    SELECT
      h.set_id,
      (
        (
          (
            w.place - h.place
          ) + h.size
        ) - 1
      ) % h.size AS step,
      w.person_id,
      w.origin,
      w.origin + h.clock AS day,
      w.death,
      w.moved,
      w.own
    FROM `walk_main` AS w
    JOIN `short_main` AS h
      ON (
        CAST(w.stratum AS BIGINT) * 400000
      ) + (
        w.low - w.origin
      ) <= (
        CAST(h.stratum AS BIGINT) * 400000
      ) + (
        h.clock
      )
      AND (
        CAST(w.stratum AS BIGINT) * 400000
      ) + (
        w.high - w.origin
      ) > (
        CAST(h.stratum AS BIGINT) * 400000
      ) + (
        h.clock
      )
    WHERE
      (
        h.set_id % 2
      ) = 0 AND w.one = 1 AND w.person_id <> h.person_id
  ) AS m
  WHERE
    m.step >= 400
) AS m
WHERE
  m.nth <= 20;

-- start, censored when served
SELECT
  ROW_NUMBER() OVER (ORDER BY w.set_id, w.served DESC, w.person_id, w.origin) AS start_id,
  DENSE_RANK() OVER (ORDER BY w.set_id) AS set_id,
  w.person_id,
  w.origin,
  w.day,
  w.served,
  w.death,
  w.moved,
  18993 AS covered,
  w.own,
  LEAST(CASE WHEN w.moved < w.death THEN w.moved ELSE 100000 END, 18993, w.own) AS gone
FROM (
  SELECT
    s.set_id,
    s.person_id,
    s.origin,
    s.death,
    s.moved,
    s.own AS day,
    1 AS served,
    100000 AS own
  FROM `served_main` AS s
  JOIN (
    SELECT DISTINCT
      m.set_id
    FROM `met_main` AS m
  ) AS d
    ON d.set_id = s.set_id
  UNION ALL
  SELECT
    m.set_id,
    m.person_id,
    m.origin,
    m.death,
    m.moved,
    m.day,
    0 AS served,
    m.own
  FROM (
    SELECT
      m.set_id,
      m.person_id,
      m.origin,
      m.death,
      m.moved,
      m.day,
      m.own,
      ROW_NUMBER() OVER (PARTITION BY m.set_id ORDER BY m.step) AS nth
    FROM `met_main` AS m
  ) AS m
  WHERE
    m.nth <= 20
) AS w;

-- start, kept when served
SELECT
  ROW_NUMBER() OVER (ORDER BY w.set_id, w.served DESC, w.person_id, w.origin) AS start_id,
  DENSE_RANK() OVER (ORDER BY w.set_id) AS set_id,
  w.person_id,
  w.origin,
  w.day,
  w.served,
  w.death,
  w.moved,
  18993 AS covered,
  w.own,
  LEAST(CASE WHEN w.moved < w.death THEN w.moved ELSE 100000 END, 18993, w.own) AS gone
FROM (
  SELECT
    s.set_id,
    s.person_id,
    s.origin,
    s.death,
    s.moved,
    s.own AS day,
    1 AS served,
    100000 AS own
  FROM `served_main` AS s
  JOIN (
    SELECT DISTINCT
      m.set_id
    FROM `met_main` AS m
  ) AS d
    ON d.set_id = s.set_id
  UNION ALL
  SELECT
    m.set_id,
    m.person_id,
    m.origin,
    m.death,
    m.moved,
    m.day,
    0 AS served,
    100000 AS own
  FROM (
    SELECT
      m.set_id,
      m.person_id,
      m.origin,
      m.death,
      m.moved,
      m.day,
      m.own,
      ROW_NUMBER() OVER (PARTITION BY m.set_id ORDER BY m.step) AS nth
    FROM `met_main` AS m
  ) AS m
  WHERE
    m.nth <= 20
) AS w;

-- tally of the served
SELECT
  f.passed,
  COUNT(*) AS n
FROM (
  SELECT
    COALESCE(MAX(k.passed_as_served), 0) AS passed
  FROM `own_main` AS o
  LEFT JOIN `candidate_main` AS k
    ON k.person_id = o.person_id
  GROUP BY
    o.person_id
) AS f
GROUP BY
  f.passed
ORDER BY
  f.passed;

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
          ORDER BY start, stop, opens DESC
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
          ORDER BY start, stop, opens DESC
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

