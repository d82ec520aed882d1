-- amount of spells, 1
SELECT
TOP 1
  1 AS held
FROM [spell]
WHERE
  kind IN ('jail', 'ward');

-- amount of spells, 2
SELECT
  m.amount,
  GREATEST(0, LEAST(s.until, s.gone) - s.day) AS seen_days,
  s.until - s.day AS window_days
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    spell_read.[amount] AS [amount]
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  JOIN (
    SELECT
      s.start_id AS start_id,
      CAST(COALESCE(
        SUM(
          CASE
            WHEN e.label = 'set 1' AND GREATEST(e.start, s.day) < LEAST(e.stop, s.ends)
            THEN LEAST(e.stop, s.ends) - GREATEST(e.start, s.day)
          END
        ),
        0
      ) AS BIGINT) AS [amount]
    FROM (
      SELECT
        s.start_id AS start_id,
        s.person_id AS person_id,
        s.day AS day,
        s.death AS death,
        s.moved AS moved,
        s.own AS own,
        s.gone AS gone,
        s.day + 30 AS until,
        LEAST(s.day + 30, s.gone, s.death + 1) AS ends
      FROM [start_main] AS s
    ) AS s
    LEFT JOIN (
      SELECT
        person_id AS person_id,
        'set 1' AS label,
        MIN(start) AS start,
        MAX(stop) AS stop
      FROM (
        SELECT
          person_id AS person_id,
          start AS start,
          stop AS stop,
          SUM(opens) OVER (
            PARTITION BY person_id
            ORDER BY start, stop, opens DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS island
        FROM (
          SELECT
            person_id AS person_id,
            start AS start,
            stop AS stop,
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
              person_id AS person_id,
              start AS start,
              stop AS stop
            FROM [spell]
            WHERE
              stop > start AND kind IN ('jail', 'ward')
          ) AS s
        ) AS s
      ) AS s
      GROUP BY
        person_id,
        island
    ) AS e
      ON e.person_id = s.person_id AND (
        e.stop > s.day AND e.start < s.ends
      )
    GROUP BY
      s.start_id,
      s.day,
      s.ends
  ) AS spell_read
    ON spell_read.start_id = s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- amount of costs before the start, 1
SELECT
TOP 1
  1 AS held
FROM [cost];

-- amount of costs before the start, 2
SELECT
  m.amount,
  GREATEST(0, LEAST(s.until, s.gone) - (
    s.day - 90
  )) AS seen_days,
  s.until - (
    s.day - 90
  ) AS window_days
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day AS until,
    LEAST(s.day, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    cost_read.[amount] AS [amount]
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day AS until,
      LEAST(s.day, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  JOIN (
    SELECT
      s.start_id AS start_id,
      CAST(COALESCE(SUM(CASE WHEN s.day - 90 <= e.day AND e.day < s.ends THEN e.amount END), 0) AS BIGINT) AS [amount]
    FROM (
      SELECT
        s.start_id AS start_id,
        s.person_id AS person_id,
        s.day AS day,
        s.death AS death,
        s.moved AS moved,
        s.own AS own,
        s.gone AS gone,
        s.day AS until,
        LEAST(s.day, s.gone, s.death + 1) AS ends
      FROM [start_main] AS s
    ) AS s
    LEFT JOIN [cost] AS e
      ON e.person_id = s.person_id AND (
        s.day - 90 <= e.day AND e.day < s.ends
      )
    GROUP BY
      s.start_id,
      s.day,
      s.ends
  ) AS cost_read
    ON cost_read.start_id = s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- marks, 1
SELECT
TOP 1
  1 AS held
FROM [event]
WHERE
  kind IN ('it''s; --', 'arrest');

-- marks, 2
SELECT
  COALESCE(m.first, LEAST(s.death, LEAST(s.gone, s.until) - 1)) - s.day AS day,
  CASE
    WHEN NOT m.first IS NULL
    THEN 'mark'
    WHEN s.death <= (
      LEAST(s.gone, s.until) - 1
    )
    THEN 'death'
    WHEN s.gone >= s.until
    THEN 'horizon'
    WHEN s.own = s.gone
    THEN 'served'
    WHEN s.moved = s.gone AND s.moved < s.death
    THEN 'moved'
    ELSE 'records end'
  END AS why,
  CASE WHEN s.gone >= s.until THEN 1 ELSE 0 END AS whole,
  m.same_day,
  COALESCE(m.place, 2) AS place
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    MIN(CASE WHEN s.day + 1 <= e.day AND e.day < s.ends THEN e.day END) AS first,
    MIN(
      CASE
        WHEN s.day + 1 <= e.day AND e.day < s.ends
        THEN (
          (
            CAST(e.day + 100000 AS BIGINT)
          ) * 2
        ) + e.place
      END
    ) % 2 AS place,
    MAX(CASE WHEN s.day <= e.day AND e.day < LEAST(s.day + 1, s.gone) THEN 1 ELSE 0 END) AS same_day
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      day AS day,
      CASE WHEN kind = 'arrest' THEN 0 WHEN kind = 'it''s; --' THEN 1 END AS place
    FROM [event]
    WHERE
      kind IN ('arrest', 'it''s; --')
  ) AS e
    ON e.person_id = s.person_id
    AND (
      s.day <= e.day AND e.day < GREATEST(s.ends, LEAST(s.day + 1, s.gone))
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- marks by the calendar, 1
SELECT
TOP 1
  1 AS held
FROM [event]
WHERE
  kind IN ('it''s; --', 'arrest');

-- marks by the calendar, 2
SELECT DISTINCT
  day
FROM [start_main]
ORDER BY
  day;

-- marks by the calendar, 3
SELECT
  COALESCE(m.first, LEAST(s.death, LEAST(s.gone, s.until) - 1)) - s.day AS day,
  CASE
    WHEN NOT m.first IS NULL
    THEN 'mark'
    WHEN s.death <= (
      LEAST(s.gone, s.until) - 1
    )
    THEN 'death'
    WHEN s.gone >= s.until
    THEN 'horizon'
    WHEN s.own = s.gone
    THEN 'served'
    WHEN s.moved = s.gone AND s.moved < s.death
    THEN 'moved'
    ELSE 'records end'
  END AS why,
  CASE WHEN s.gone >= s.until THEN 1 ELSE 0 END AS whole,
  m.same_day,
  COALESCE(m.place, 2) AS place
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    u.until AS until,
    LEAST(u.until, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
  JOIN [until_12_months_start_main] AS u
    ON u.day = s.day
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    MIN(CASE WHEN s.day + 1 <= e.day AND e.day < s.ends THEN e.day END) AS first,
    MIN(
      CASE
        WHEN s.day + 1 <= e.day AND e.day < s.ends
        THEN (
          (
            CAST(e.day + 100000 AS BIGINT)
          ) * 2
        ) + e.place
      END
    ) % 2 AS place,
    MAX(CASE WHEN s.day <= e.day AND e.day < LEAST(s.day + 1, s.gone) THEN 1 ELSE 0 END) AS same_day
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      u.until AS until,
      LEAST(u.until, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
    JOIN [until_12_months_start_main] AS u
      ON u.day = s.day
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      day AS day,
      CASE WHEN kind = 'arrest' THEN 0 WHEN kind = 'it''s; --' THEN 1 END AS place
    FROM [event]
    WHERE
      kind IN ('arrest', 'it''s; --')
  ) AS e
    ON e.person_id = s.person_id
    AND (
      s.day <= e.day AND e.day < GREATEST(s.ends, LEAST(s.day + 1, s.gone))
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- marks of spells from the day of the start, 1
SELECT
TOP 1
  1 AS held
FROM [spell]
WHERE
  kind IN ('jail', 'back\slash');

-- marks of spells from the day of the start, 2
SELECT
  COALESCE(m.first, LEAST(s.death, LEAST(s.gone, s.until) - 1)) - s.day AS day,
  CASE
    WHEN NOT m.first IS NULL
    THEN 'mark'
    WHEN s.death <= (
      LEAST(s.gone, s.until) - 1
    )
    THEN 'death'
    WHEN s.gone >= s.until
    THEN 'horizon'
    WHEN s.own = s.gone
    THEN 'served'
    WHEN s.moved = s.gone AND s.moved < s.death
    THEN 'moved'
    ELSE 'records end'
  END AS why,
  CASE WHEN s.gone >= s.until THEN 1 ELSE 0 END AS whole,
  m.same_day,
  COALESCE(m.place, 2) AS place
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    MIN(CASE WHEN s.day <= e.day AND e.day < s.ends THEN e.day END) AS first,
    MIN(
      CASE
        WHEN s.day <= e.day AND e.day < s.ends
        THEN (
          (
            CAST(e.day + 100000 AS BIGINT)
          ) * 2
        ) + e.place
      END
    ) % 2 AS place,
    MAX(CASE WHEN s.day <= e.day AND e.day < LEAST(s.day, s.gone) THEN 1 ELSE 0 END) AS same_day
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      start AS day,
      stop AS stop,
      CASE WHEN kind = 'back\slash' THEN 0 WHEN kind = 'jail' THEN 1 END AS place
    FROM [spell]
    WHERE
      kind IN ('back\slash', 'jail')
  ) AS e
    ON e.person_id = s.person_id
    AND (
      s.day <= e.day AND e.day < GREATEST(s.ends, LEAST(s.day, s.gone))
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- every mark, 1
SELECT
TOP 1
  1 AS held
FROM [event]
WHERE
  kind IN ('it''s; --', 'arrest');

-- every mark, 2
SELECT
  LEAST(s.death, LEAST(s.gone, s.until) - 1) - s.day AS last_seen,
  CASE
    WHEN s.death <= (
      LEAST(s.gone, s.until) - 1
    )
    THEN 'death'
    WHEN s.gone >= s.until
    THEN 'horizon'
    WHEN s.own = s.gone
    THEN 'served'
    WHEN s.moved = s.gone AND s.moved < s.death
    THEN 'moved'
    ELSE 'records end'
  END AS why
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
ORDER BY
  s.start_id;

-- every mark, 3
SELECT
  s.start_id,
  e.day - s.day AS day,
  e.place
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    person_id AS person_id,
    day AS day,
    CASE WHEN kind = 'arrest' THEN 0 WHEN kind = 'it''s; --' THEN 1 END AS place
  FROM [event]
  WHERE
    kind IN ('arrest', 'it''s; --')
) AS e
  ON e.person_id = s.person_id AND (
    s.day + 1 <= e.day AND e.day < s.ends
  )
ORDER BY
  start_id,
  day,
  place;

-- state, 1
SELECT
TOP 1
  1 AS held
FROM [spell]
WHERE
  kind IN ('ward', 'jail');

-- state, 2
SELECT
  CASE
    WHEN s.death < (
      s.until - 1
    ) AND s.death < s.gone
    THEN -1
    WHEN s.gone <= (
      s.until - 1
    )
    THEN -2
    ELSE COALESCE(m.place, 2)
  END AS what
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    MIN(e.place) AS place
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      start AS day,
      stop AS stop,
      CASE WHEN kind = 'ward' THEN 0 WHEN kind = 'jail' THEN 1 END AS place
    FROM [spell]
    WHERE
      kind IN ('ward', 'jail')
  ) AS e
    ON e.person_id = s.person_id AND (
      e.day <= s.until - 1 AND s.until - 1 < e.stop
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- at risk, 1
SELECT
  GREATEST(0, s.ends - s.day) AS days
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
ORDER BY
  s.start_id;

-- at risk, 2
SELECT
TOP 1
  1 AS held
FROM [spell]
WHERE
  kind IN ('jail', 'back\slash');

-- at risk, 3
SELECT
  s.start_id,
  GREATEST(e.start, s.day) - s.day AS first,
  LEAST(e.stop, s.ends) - s.day AS stop
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    person_id AS person_id,
    'off the clock' AS label,
    MIN(start) AS start,
    MAX(stop) AS stop
  FROM (
    SELECT
      person_id AS person_id,
      start AS start,
      stop AS stop,
      SUM(opens) OVER (
        PARTITION BY person_id
        ORDER BY start, stop, opens DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS island
    FROM (
      SELECT
        person_id AS person_id,
        start AS start,
        stop AS stop,
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
          person_id AS person_id,
          start AS start,
          stop AS stop
        FROM [spell]
        WHERE
          stop > start AND kind IN ('jail', 'back\slash')
      ) AS s
    ) AS s
  ) AS s
  GROUP BY
    person_id,
    island
) AS e
  ON e.person_id = s.person_id AND e.start < s.ends AND e.stop > s.day
WHERE
  s.day < s.ends
ORDER BY
  start_id,
  first;

-- amounts by period, 1
SELECT
TOP 1
  1 AS held
FROM [spell]
WHERE
  kind IN ('jail');

-- amounts by period, 2
SELECT
  s.gone - s.day AS seen,
  m.period_0,
  m.period_1
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    spell_read.[period_0] AS [period_0],
    spell_read.[period_1] AS [period_1]
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.ends AS gone
    FROM (
      SELECT
        s.start_id AS start_id,
        s.person_id AS person_id,
        s.day AS day,
        s.death AS death,
        s.moved AS moved,
        s.own AS own,
        s.gone AS gone,
        s.day + 30 AS until,
        LEAST(s.day + 30, s.gone, s.death + 1) AS ends
      FROM [start_main] AS s
    ) AS s
  ) AS s
  JOIN (
    SELECT
      s.start_id AS start_id,
      CAST(COALESCE(
        SUM(
          CASE
            WHEN e.label = 'set 1'
            AND GREATEST(e.start, s.day - 30) < LEAST(e.stop, LEAST(s.day, s.gone))
            THEN LEAST(e.stop, LEAST(s.day, s.gone)) - GREATEST(e.start, s.day - 30)
          END
        ),
        0
      ) AS BIGINT) AS [period_0],
      CAST(COALESCE(
        SUM(
          CASE
            WHEN e.label = 'set 1'
            AND GREATEST(e.start, s.day) < LEAST(e.stop, LEAST(s.day + 30, s.gone))
            THEN LEAST(e.stop, LEAST(s.day + 30, s.gone)) - GREATEST(e.start, s.day)
          END
        ),
        0
      ) AS BIGINT) AS [period_1]
    FROM (
      SELECT
        s.start_id AS start_id,
        s.person_id AS person_id,
        s.day AS day,
        s.ends AS gone
      FROM (
        SELECT
          s.start_id AS start_id,
          s.person_id AS person_id,
          s.day AS day,
          s.death AS death,
          s.moved AS moved,
          s.own AS own,
          s.gone AS gone,
          s.day + 30 AS until,
          LEAST(s.day + 30, s.gone, s.death + 1) AS ends
        FROM [start_main] AS s
      ) AS s
    ) AS s
    LEFT JOIN (
      SELECT
        person_id AS person_id,
        'set 1' AS label,
        MIN(start) AS start,
        MAX(stop) AS stop
      FROM (
        SELECT
          person_id AS person_id,
          start AS start,
          stop AS stop,
          SUM(opens) OVER (
            PARTITION BY person_id
            ORDER BY start, stop, opens DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS island
        FROM (
          SELECT
            person_id AS person_id,
            start AS start,
            stop AS stop,
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
              person_id AS person_id,
              start AS start,
              stop AS stop
            FROM [spell]
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
        e.stop > (
          s.day - 30
        ) AND e.start < LEAST(s.day + 30, s.gone)
      )
    GROUP BY
      s.start_id,
      s.day,
      s.gone
  ) AS spell_read
    ON spell_read.start_id = s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- marks by period, 1
SELECT
TOP 1
  1 AS held
FROM [event]
WHERE
  kind IN ('it''s; --', 'arrest');

-- marks by period, 2
SELECT
  s.gone - s.day AS seen,
  m.period_0,
  m.period_1
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    COUNT(
      CASE
        WHEN (
          s.day - 30 <= e.day AND e.day < s.day
        )
        AND (
          e.day < s.day OR e.day >= (
            s.day + 1
          )
        )
        THEN 1
      END
    ) AS period_0,
    COUNT(
      CASE
        WHEN (
          s.day <= e.day AND e.day < s.day + 30
        )
        AND (
          e.day < s.day OR e.day >= (
            s.day + 1
          )
        )
        THEN 1
      END
    ) AS period_1
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      day AS day,
      CASE WHEN kind = 'arrest' THEN 0 WHEN kind = 'it''s; --' THEN 1 END AS place
    FROM [event]
    WHERE
      kind IN ('arrest', 'it''s; --')
  ) AS e
    ON e.person_id = s.person_id AND (
      s.day - 30 <= e.day AND e.day < s.ends
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- marks that events compete with, 1
SELECT
TOP 1
  1 AS held
FROM [event]
WHERE
  kind IN ('it''s; --', 'arrest');

-- marks that events compete with, 2
SELECT DISTINCT
  kind
FROM [event]
WHERE
  kind IN ('adoption', 'back\slash');

-- marks that events compete with, 3
SELECT
  COALESCE(m.first, LEAST(s.competed, s.death, LEAST(s.gone, s.until) - 1)) - s.day AS day,
  CASE
    WHEN NOT m.first IS NULL
    THEN 'mark'
    WHEN s.competed < 100000
    THEN 'competing'
    WHEN s.death <= (
      LEAST(s.gone, s.until) - 1
    )
    THEN 'death'
    WHEN s.gone >= s.until
    THEN 'horizon'
    WHEN s.own = s.gone
    THEN 'served'
    WHEN s.moved = s.gone AND s.moved < s.death
    THEN 'moved'
    ELSE 'records end'
  END AS why,
  CASE WHEN s.gone >= s.until THEN 1 ELSE 0 END AS whole,
  m.same_day,
  COALESCE(m.place, s.rival + 2) AS place
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.until AS until,
    LEAST(s.ends, COALESCE(f.first, 100000) + 1) AS ends,
    COALESCE(f.first, 100000) AS competed,
    COALESCE(f.place, 2) AS rival
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  JOIN (
    SELECT
      s.start_id AS start_id,
      MIN(e.day) AS first,
      MIN((
        (
          CAST(e.day + 100000 AS BIGINT)
        ) * 2
      ) + e.place) % 2 AS place
    FROM (
      SELECT
        s.start_id AS start_id,
        s.person_id AS person_id,
        s.day AS day,
        s.death AS death,
        s.moved AS moved,
        s.own AS own,
        s.gone AS gone,
        s.day + 30 AS until,
        LEAST(s.day + 30, s.gone, s.death + 1) AS ends
      FROM [start_main] AS s
    ) AS s
    LEFT JOIN (
      SELECT
        person_id AS person_id,
        day AS day,
        CASE WHEN kind = 'adoption' THEN 0 WHEN kind = 'back\slash' THEN 1 END AS place
      FROM [event]
      WHERE
        kind IN ('adoption', 'back\slash')
    ) AS e
      ON e.person_id = s.person_id
      AND (
        s.day + 1 <= e.day AND e.day < LEAST(s.until, s.gone, s.death)
      )
    GROUP BY
      s.start_id
  ) AS f
    ON f.start_id = s.start_id
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    MIN(CASE WHEN s.day + 1 <= e.day AND e.day < s.ends THEN e.day END) AS first,
    MIN(
      CASE
        WHEN s.day + 1 <= e.day AND e.day < s.ends
        THEN (
          (
            CAST(e.day + 100000 AS BIGINT)
          ) * 2
        ) + e.place
      END
    ) % 2 AS place,
    MAX(CASE WHEN s.day <= e.day AND e.day < LEAST(s.day + 1, s.gone) THEN 1 ELSE 0 END) AS same_day
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.until AS until,
      LEAST(s.ends, COALESCE(f.first, 100000) + 1) AS ends,
      COALESCE(f.first, 100000) AS competed,
      COALESCE(f.place, 2) AS rival
    FROM (
      SELECT
        s.start_id AS start_id,
        s.person_id AS person_id,
        s.day AS day,
        s.death AS death,
        s.moved AS moved,
        s.own AS own,
        s.gone AS gone,
        s.day + 30 AS until,
        LEAST(s.day + 30, s.gone, s.death + 1) AS ends
      FROM [start_main] AS s
    ) AS s
    JOIN (
      SELECT
        s.start_id AS start_id,
        MIN(e.day) AS first,
        MIN((
          (
            CAST(e.day + 100000 AS BIGINT)
          ) * 2
        ) + e.place) % 2 AS place
      FROM (
        SELECT
          s.start_id AS start_id,
          s.person_id AS person_id,
          s.day AS day,
          s.death AS death,
          s.moved AS moved,
          s.own AS own,
          s.gone AS gone,
          s.day + 30 AS until,
          LEAST(s.day + 30, s.gone, s.death + 1) AS ends
        FROM [start_main] AS s
      ) AS s
      LEFT JOIN (
        SELECT
          person_id AS person_id,
          day AS day,
          CASE WHEN kind = 'adoption' THEN 0 WHEN kind = 'back\slash' THEN 1 END AS place
        FROM [event]
        WHERE
          kind IN ('adoption', 'back\slash')
      ) AS e
        ON e.person_id = s.person_id
        AND (
          s.day + 1 <= e.day AND e.day < LEAST(s.until, s.gone, s.death)
        )
      GROUP BY
        s.start_id
    ) AS f
      ON f.start_id = s.start_id
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      day AS day,
      CASE WHEN kind = 'arrest' THEN 0 WHEN kind = 'it''s; --' THEN 1 END AS place
    FROM [event]
    WHERE
      kind IN ('arrest', 'it''s; --')
  ) AS e
    ON e.person_id = s.person_id
    AND (
      s.day <= e.day AND e.day < GREATEST(s.ends, LEAST(s.day + 1, s.gone))
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- every mark that events compete with, 1
SELECT
TOP 1
  1 AS held
FROM [event]
WHERE
  kind IN ('it''s; --', 'arrest');

-- every mark that events compete with, 2
SELECT DISTINCT
  kind
FROM [event]
WHERE
  kind IN ('adoption', 'back\slash');

-- every mark that events compete with, 3
SELECT
  LEAST(s.competed, s.death, LEAST(s.gone, s.until) - 1) - s.day AS last_seen,
  CASE
    WHEN s.competed < 100000
    THEN 'competing'
    WHEN s.death <= (
      LEAST(s.gone, s.until) - 1
    )
    THEN 'death'
    WHEN s.gone >= s.until
    THEN 'horizon'
    WHEN s.own = s.gone
    THEN 'served'
    WHEN s.moved = s.gone AND s.moved < s.death
    THEN 'moved'
    ELSE 'records end'
  END AS why
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.until AS until,
    LEAST(s.ends, COALESCE(f.first, 100000) + 1) AS ends,
    COALESCE(f.first, 100000) AS competed,
    COALESCE(f.place, 2) AS rival
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  JOIN (
    SELECT
      s.start_id AS start_id,
      MIN(e.day) AS first,
      MIN((
        (
          CAST(e.day + 100000 AS BIGINT)
        ) * 2
      ) + e.place) % 2 AS place
    FROM (
      SELECT
        s.start_id AS start_id,
        s.person_id AS person_id,
        s.day AS day,
        s.death AS death,
        s.moved AS moved,
        s.own AS own,
        s.gone AS gone,
        s.day + 30 AS until,
        LEAST(s.day + 30, s.gone, s.death + 1) AS ends
      FROM [start_main] AS s
    ) AS s
    LEFT JOIN (
      SELECT
        person_id AS person_id,
        day AS day,
        CASE WHEN kind = 'adoption' THEN 0 WHEN kind = 'back\slash' THEN 1 END AS place
      FROM [event]
      WHERE
        kind IN ('adoption', 'back\slash')
    ) AS e
      ON e.person_id = s.person_id
      AND (
        s.day + 1 <= e.day AND e.day < LEAST(s.until, s.gone, s.death)
      )
    GROUP BY
      s.start_id
  ) AS f
    ON f.start_id = s.start_id
) AS s
ORDER BY
  s.start_id;

-- every mark that events compete with, 4
SELECT
  s.start_id,
  e.day - s.day AS day,
  e.place
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.until AS until,
    LEAST(s.ends, COALESCE(f.first, 100000) + 1) AS ends,
    COALESCE(f.first, 100000) AS competed,
    COALESCE(f.place, 2) AS rival
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  JOIN (
    SELECT
      s.start_id AS start_id,
      MIN(e.day) AS first,
      MIN((
        (
          CAST(e.day + 100000 AS BIGINT)
        ) * 2
      ) + e.place) % 2 AS place
    FROM (
      SELECT
        s.start_id AS start_id,
        s.person_id AS person_id,
        s.day AS day,
        s.death AS death,
        s.moved AS moved,
        s.own AS own,
        s.gone AS gone,
        s.day + 30 AS until,
        LEAST(s.day + 30, s.gone, s.death + 1) AS ends
      FROM [start_main] AS s
    ) AS s
    LEFT JOIN (
      SELECT
        person_id AS person_id,
        day AS day,
        CASE WHEN kind = 'adoption' THEN 0 WHEN kind = 'back\slash' THEN 1 END AS place
      FROM [event]
      WHERE
        kind IN ('adoption', 'back\slash')
    ) AS e
      ON e.person_id = s.person_id
      AND (
        s.day + 1 <= e.day AND e.day < LEAST(s.until, s.gone, s.death)
      )
    GROUP BY
      s.start_id
  ) AS f
    ON f.start_id = s.start_id
) AS s
JOIN (
  SELECT
    person_id AS person_id,
    day AS day,
    CASE WHEN kind = 'arrest' THEN 0 WHEN kind = 'it''s; --' THEN 1 END AS place
  FROM [event]
  WHERE
    kind IN ('arrest', 'it''s; --')
) AS e
  ON e.person_id = s.person_id AND (
    s.day + 1 <= e.day AND e.day < s.ends
  )
ORDER BY
  start_id,
  day,
  place;

-- marks of which one kind waits, 1
SELECT
TOP 1
  1 AS held
FROM [event]
WHERE
  kind IN ('it''s; --', 'arrest');

-- marks of which one kind waits, 2
SELECT
  COALESCE(m.first, LEAST(s.death, LEAST(s.gone, s.until) - 1)) - s.day AS day,
  CASE
    WHEN NOT m.first IS NULL
    THEN 'mark'
    WHEN s.death <= (
      LEAST(s.gone, s.until) - 1
    )
    THEN 'death'
    WHEN s.gone >= s.until
    THEN 'horizon'
    WHEN s.own = s.gone
    THEN 'served'
    WHEN s.moved = s.gone AND s.moved < s.death
    THEN 'moved'
    ELSE 'records end'
  END AS why,
  CASE WHEN s.gone >= s.until THEN 1 ELSE 0 END AS whole,
  m.same_day,
  COALESCE(m.place, 2) AS place
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    MIN(CASE WHEN s.day <= e.due AND e.day < s.ends THEN e.day END) AS first,
    MIN(
      CASE
        WHEN s.day <= e.due AND e.day < s.ends
        THEN (
          (
            CAST(e.day + 100000 AS BIGINT)
          ) * 2
        ) + e.place
      END
    ) % 2 AS place,
    MAX(
      CASE
        WHEN (
          s.day <= e.day AND e.day < LEAST(s.day + 1, s.gone)
        ) AND e.place <> 1
        THEN 1
        ELSE 0
      END
    ) AS same_day
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  LEFT JOIN (
    SELECT
      l.person_id AS person_id,
      l.day AS day,
      l.place AS place,
      l.day - CASE WHEN l.place = 1 THEN 15 ELSE 1 END AS due
    FROM (
      SELECT
        person_id AS person_id,
        day AS day,
        CASE WHEN kind = 'arrest' THEN 0 WHEN kind = 'it''s; --' THEN 1 END AS place
      FROM [event]
      WHERE
        kind IN ('arrest', 'it''s; --')
    ) AS l
  ) AS e
    ON e.person_id = s.person_id
    AND (
      s.day <= e.day AND e.day < GREATEST(s.ends, LEAST(s.day + 1, s.gone))
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- marks joined into stays, 1
SELECT
TOP 1
  1 AS held
FROM [event]
WHERE
  kind IN ('it''s; --', 'arrest');

-- marks joined into stays, 2
SELECT
TOP 1
  1 AS held
FROM [spell]
WHERE
  kind IN ('custody');

-- marks joined into stays, 3
SELECT
  COALESCE(m.first, LEAST(s.death, LEAST(s.gone, s.until) - 1)) - s.day AS day,
  CASE
    WHEN NOT m.first IS NULL
    THEN 'mark'
    WHEN s.death <= (
      LEAST(s.gone, s.until) - 1
    )
    THEN 'death'
    WHEN s.gone >= s.until
    THEN 'horizon'
    WHEN s.own = s.gone
    THEN 'served'
    WHEN s.moved = s.gone AND s.moved < s.death
    THEN 'moved'
    ELSE 'records end'
  END AS why,
  CASE WHEN s.gone >= s.until THEN 1 ELSE 0 END AS whole,
  m.same_day,
  COALESCE(m.place, 2) AS place
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    MIN(CASE WHEN s.day + 1 <= e.day AND e.day < s.ends THEN e.day END) AS first,
    MIN(
      CASE
        WHEN s.day + 1 <= e.day AND e.day < s.ends
        THEN (
          (
            CAST(e.day + 100000 AS BIGINT)
          ) * 2
        ) + e.place
      END
    ) % 2 AS place,
    MAX(CASE WHEN s.day <= e.day AND e.day < LEAST(s.day + 1, s.gone) THEN 1 ELSE 0 END) AS same_day
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      day AS day,
      stop AS stop,
      place AS place
    FROM (
      SELECT
        person_id AS person_id,
        MIN(start) AS begins,
        MIN(CASE WHEN place < 2 THEN start END) AS day,
        MAX(stop) AS stop,
        MIN(
          CASE
            WHEN place < 2
            THEN (
              (
                CAST(start + 100000 AS BIGINT)
              ) * 2
            ) + place
          END
        ) % 2 AS place
      FROM (
        SELECT
          person_id AS person_id,
          start AS start,
          stop AS stop,
          place AS place,
          SUM(opens) OVER (
            PARTITION BY person_id
            ORDER BY start, stop, opens DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS island
        FROM (
          SELECT
            person_id AS person_id,
            start AS start,
            stop AS stop,
            place AS place,
            CASE
              WHEN (
                start - 1
              ) <= MAX(stop) OVER (
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
              day AS start,
              day AS stop,
              place
            FROM (
              SELECT
                person_id AS person_id,
                day AS day,
                CASE WHEN kind = 'arrest' THEN 0 WHEN kind = 'it''s; --' THEN 1 END AS place
              FROM [event]
              WHERE
                kind IN ('arrest', 'it''s; --')
            ) AS l
            UNION ALL
            SELECT
              person_id,
              start,
              stop,
              2 AS place
            FROM [spell]
            WHERE
              kind IN ('custody')
          ) AS s
        ) AS s
      ) AS s
      GROUP BY
        person_id,
        island
    ) AS j
    WHERE
      day <= (
        begins + 1
      )
  ) AS e
    ON e.person_id = s.person_id
    AND (
      s.day <= e.day AND e.day < GREATEST(s.ends, LEAST(s.day + 1, s.gone))
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- a number of stays joined, 1
SELECT
TOP 1
  1 AS held
FROM [spell]
WHERE
  kind IN ('jail');

-- a number of stays joined, 2
SELECT
  m.amount,
  GREATEST(0, LEAST(s.until, s.gone) - s.day) AS seen_days,
  s.until - s.day AS window_days
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    COUNT(CASE WHEN s.day <= e.day AND e.day < s.ends THEN 1 END) AS amount
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      day AS day,
      stop AS stop,
      place AS place
    FROM (
      SELECT
        person_id AS person_id,
        MIN(start) AS begins,
        MIN(CASE WHEN place < 1 THEN start END) AS day,
        MAX(stop) AS stop,
        MIN(
          CASE
            WHEN place < 1
            THEN (
              (
                CAST(start + 100000 AS BIGINT)
              ) * 1
            ) + place
          END
        ) % 1 AS place
      FROM (
        SELECT
          person_id AS person_id,
          start AS start,
          stop AS stop,
          place AS place,
          SUM(opens) OVER (
            PARTITION BY person_id
            ORDER BY start, stop, opens DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS island
        FROM (
          SELECT
            person_id AS person_id,
            start AS start,
            stop AS stop,
            place AS place,
            CASE
              WHEN (
                start - 7
              ) <= MAX(stop) OVER (
                PARTITION BY person_id
                ORDER BY start, stop
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
              )
              THEN 0
              ELSE 1
            END AS opens
          FROM (
            SELECT
              person_id AS person_id,
              day AS start,
              stop AS stop,
              place AS place
            FROM (
              SELECT
                person_id AS person_id,
                start AS day,
                stop AS stop,
                CASE WHEN kind = 'jail' THEN 0 END AS place
              FROM [spell]
              WHERE
                kind IN ('jail')
            ) AS l
          ) AS s
        ) AS s
      ) AS s
      GROUP BY
        person_id,
        island
    ) AS j
    WHERE
      day <= (
        begins + 7
      )
  ) AS e
    ON e.person_id = s.person_id AND (
      s.day <= e.day AND e.day < s.ends
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- days enrolled, 1
SELECT
TOP 1
  1 AS held
FROM [service]
WHERE
  programme IN ('it''s; --');

-- days enrolled, 2
SELECT
  m.amount,
  GREATEST(0, LEAST(s.until, s.gone) - s.day) AS seen_days,
  s.until - s.day AS window_days
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    CAST(COALESCE(
      SUM(
        CASE
          WHEN e.label = 'inside' AND GREATEST(e.start, s.day) < LEAST(e.stop, s.ends, s.ends)
          THEN LEAST(e.stop, s.ends, s.ends) - GREATEST(e.start, s.day)
        END
      ),
      0
    ) AS BIGINT) AS amount
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      'inside' AS label,
      MIN(start) AS start,
      MAX(stop) AS stop
    FROM (
      SELECT
        person_id AS person_id,
        start AS start,
        stop AS stop,
        SUM(opens) OVER (
          PARTITION BY person_id
          ORDER BY start, stop, opens DESC
          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island
      FROM (
        SELECT
          person_id AS person_id,
          start AS start,
          stop AS stop,
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
            person_id AS person_id,
            day AS start,
            stop AS stop
          FROM (
            SELECT
              person_id AS person_id,
              start AS day,
              stop AS stop,
              CASE WHEN programme = 'it''s; --' THEN 0 END AS place
            FROM [service]
            WHERE
              programme IN ('it''s; --')
          ) AS l
          WHERE
            stop > day
        ) AS s
      ) AS s
    ) AS s
    GROUP BY
      person_id,
      island
  ) AS e
    ON e.person_id = s.person_id AND (
      e.start < s.ends AND e.stop > s.day
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- dollars by quarter, 1
SELECT
TOP 1
  1 AS held
FROM [quarter]
WHERE
  measure IN ('wages');

-- dollars by quarter, 2
SELECT DISTINCT
  day
FROM [quarter]
WHERE
  measure IN ('wages')
ORDER BY
  day;

-- dollars by quarter, 3
SELECT DISTINCT
  day
FROM [start_main]
ORDER BY
  day;

-- dollars by quarter, 4
SELECT DISTINCT
  gone
FROM [start_main]
ORDER BY
  gone;

-- dollars by quarter, 5
SELECT
  m.amount,
  GREATEST(0, LEAST(s.until, s.gone) - s.low) AS seen_days,
  s.until - s.low AS window_days
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    CASE
      WHEN s.moved = s.gone AND s.moved < s.death
      THEN GREATEST(g.opens, s.day)
      ELSE s.moved
    END AS moved,
    CASE WHEN s.own = s.gone THEN GREATEST(g.opens, s.day) ELSE s.own END AS own,
    GREATEST(g.opens, s.day) AS gone,
    q.opens AS opens,
    q.low AS low,
    q.last AS last,
    q.until AS until,
    LEAST(q.until, GREATEST(g.opens, s.day), s.death + 1) AS ends
  FROM [start_main] AS s
  JOIN [quarters_4_start_main] AS q
    ON q.day = s.day
  JOIN [last_quarters_start_main] AS g
    ON g.gone = s.gone
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    CAST(COALESCE(
      SUM(
        CASE
          WHEN (
            s.low <= e.day AND e.day < s.ends
          ) AND e.day <> s.opens
          THEN e.value
        END
      ),
      0
    ) AS BIGINT) AS amount
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      CASE
        WHEN s.moved = s.gone AND s.moved < s.death
        THEN GREATEST(g.opens, s.day)
        ELSE s.moved
      END AS moved,
      CASE WHEN s.own = s.gone THEN GREATEST(g.opens, s.day) ELSE s.own END AS own,
      GREATEST(g.opens, s.day) AS gone,
      q.opens AS opens,
      q.low AS low,
      q.last AS last,
      q.until AS until,
      LEAST(q.until, GREATEST(g.opens, s.day), s.death + 1) AS ends
    FROM [start_main] AS s
    JOIN [quarters_4_start_main] AS q
      ON q.day = s.day
    JOIN [last_quarters_start_main] AS g
      ON g.gone = s.gone
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      day AS day,
      0 AS place,
      CAST(SUM(amount) AS BIGINT) AS value
    FROM [quarter]
    WHERE
      measure IN ('wages')
    GROUP BY
      person_id,
      day
  ) AS e
    ON e.person_id = s.person_id AND (
      s.low <= e.day AND e.day < s.ends
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- the state of the last quarter, 1
SELECT
TOP 1
  1 AS held
FROM [quarter]
WHERE
  measure IN ('wages');

-- the state of the last quarter, 2
SELECT DISTINCT
  day
FROM [quarter]
WHERE
  measure IN ('wages')
ORDER BY
  day;

-- the state of the last quarter, 3
SELECT DISTINCT
  day
FROM [start_main]
ORDER BY
  day;

-- the state of the last quarter, 4
SELECT DISTINCT
  gone
FROM [start_main]
ORDER BY
  gone;

-- the state of the last quarter, 5
SELECT
  CASE
    WHEN s.death < s.last AND s.death < s.gone
    THEN -1
    WHEN s.gone <= s.last
    THEN -2
    ELSE COALESCE(m.place, 1)
  END AS what
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    CASE
      WHEN s.moved = s.gone AND s.moved < s.death
      THEN GREATEST(g.opens, s.day)
      ELSE s.moved
    END AS moved,
    CASE WHEN s.own = s.gone THEN GREATEST(g.opens, s.day) ELSE s.own END AS own,
    GREATEST(g.opens, s.day) AS gone,
    q.opens AS opens,
    q.low AS low,
    q.last AS last,
    q.until AS until,
    LEAST(q.until, GREATEST(g.opens, s.day), s.death + 1) AS ends
  FROM [start_main] AS s
  JOIN [quarters_4_start_main] AS q
    ON q.day = s.day
  JOIN [last_quarters_start_main] AS g
    ON g.gone = s.gone
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    MIN(e.place) AS place
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      CASE
        WHEN s.moved = s.gone AND s.moved < s.death
        THEN GREATEST(g.opens, s.day)
        ELSE s.moved
      END AS moved,
      CASE WHEN s.own = s.gone THEN GREATEST(g.opens, s.day) ELSE s.own END AS own,
      GREATEST(g.opens, s.day) AS gone,
      q.opens AS opens,
      q.low AS low,
      q.last AS last,
      q.until AS until,
      LEAST(q.until, GREATEST(g.opens, s.day), s.death + 1) AS ends
    FROM [start_main] AS s
    JOIN [quarters_4_start_main] AS q
      ON q.day = s.day
    JOIN [last_quarters_start_main] AS g
      ON g.gone = s.gone
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      day AS day,
      0 AS place,
      CAST(SUM(amount) AS BIGINT) AS value
    FROM [quarter]
    WHERE
      measure IN ('wages')
    GROUP BY
      person_id,
      day
    HAVING
      CAST(SUM(amount) AS BIGINT) > 10000
  ) AS e
    ON e.person_id = s.person_id AND e.day = s.last
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- rate over spells, 1
SELECT
TOP 1
  1 AS held
FROM [event]
WHERE
  kind IN ('arrest');

-- rate over spells, 2
SELECT
  m.n
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    COUNT(e.day) AS n
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  LEFT JOIN (
    SELECT
      person_id AS person_id,
      day AS day,
      CASE WHEN kind = 'arrest' THEN 0 END AS place
    FROM [event]
    WHERE
      kind IN ('arrest')
  ) AS e
    ON e.person_id = s.person_id AND (
      s.day + 1 <= e.day AND e.day < s.ends
    )
  GROUP BY
    s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

-- rate over spells, 3
SELECT
TOP 1
  1 AS held
FROM [spell]
WHERE
  kind IN ('ward', 'jail');

-- rate over spells, 4
SELECT
  m.days
FROM (
  SELECT
    s.start_id AS start_id,
    s.person_id AS person_id,
    s.day AS day,
    s.death AS death,
    s.moved AS moved,
    s.own AS own,
    s.gone AS gone,
    s.day + 30 AS until,
    LEAST(s.day + 30, s.gone, s.death + 1) AS ends
  FROM [start_main] AS s
) AS s
JOIN (
  SELECT
    s.start_id AS start_id,
    spell_read.[days] AS [days]
  FROM (
    SELECT
      s.start_id AS start_id,
      s.person_id AS person_id,
      s.day AS day,
      s.death AS death,
      s.moved AS moved,
      s.own AS own,
      s.gone AS gone,
      s.day + 30 AS until,
      LEAST(s.day + 30, s.gone, s.death + 1) AS ends
    FROM [start_main] AS s
  ) AS s
  JOIN (
    SELECT
      s.start_id AS start_id,
      CAST(COALESCE(
        SUM(
          CASE
            WHEN e.label = 'set 1' AND GREATEST(e.start, s.day) < LEAST(e.stop, s.ends)
            THEN LEAST(e.stop, s.ends) - GREATEST(e.start, s.day)
          END
        ),
        0
      ) AS BIGINT) AS [days]
    FROM (
      SELECT
        s.start_id AS start_id,
        s.person_id AS person_id,
        s.day AS day,
        s.death AS death,
        s.moved AS moved,
        s.own AS own,
        s.gone AS gone,
        s.day + 30 AS until,
        LEAST(s.day + 30, s.gone, s.death + 1) AS ends
      FROM [start_main] AS s
    ) AS s
    LEFT JOIN (
      SELECT
        person_id AS person_id,
        'set 1' AS label,
        MIN(start) AS start,
        MAX(stop) AS stop
      FROM (
        SELECT
          person_id AS person_id,
          start AS start,
          stop AS stop,
          SUM(opens) OVER (
            PARTITION BY person_id
            ORDER BY start, stop, opens DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS island
        FROM (
          SELECT
            person_id AS person_id,
            start AS start,
            stop AS stop,
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
              person_id AS person_id,
              start AS start,
              stop AS stop
            FROM [spell]
            WHERE
              stop > start AND kind IN ('jail', 'ward')
          ) AS s
        ) AS s
      ) AS s
      GROUP BY
        person_id,
        island
    ) AS e
      ON e.person_id = s.person_id AND (
        e.stop > s.day AND e.start < s.ends
      )
    GROUP BY
      s.start_id,
      s.day,
      s.ends
  ) AS spell_read
    ON spell_read.start_id = s.start_id
) AS m
  ON m.start_id = s.start_id
ORDER BY
  s.start_id;

