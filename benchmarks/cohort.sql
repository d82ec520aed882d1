-- The yardstick of cohort.py: risk sets, history and outcomes as somebody would write them by hand, for this county only.
CREATE OR REPLACE TABLE hand_base AS
SELECT p.person_id, coalesce(p.sex, '') AS sex, coalesce(p.area, '') AS area, p.death,
    CASE WHEN p.moved < p.death THEN p.moved ELSE 100000 END AS moved, coalesce(o.own, 100000) AS own,
    greatest($low, $first, ((DATE '1970-01-01' + p.birth + INTERVAL 18 YEAR)::DATE - DATE '1970-01-01')::INTEGER) AS low,
    least($high + 1, $last, p.moved, p.death,
        ((DATE '1970-01-01' + p.birth + INTERVAL 65 YEAR)::DATE - DATE '1970-01-01')::INTEGER) AS high
FROM person p LEFT JOIN (SELECT person_id, min(start) AS own FROM service WHERE programme = 'navigation' GROUP BY person_id) o USING (person_id);

CREATE OR REPLACE TABLE hand_served AS
SELECT *, row_number() OVER (ORDER BY own, person_id) AS set_id FROM hand_base WHERE own >= low AND own < high;

CREATE OR REPLACE TABLE hand_walk AS
SELECT *, sum(one) OVER (PARTITION BY sex, area ORDER BY hash, one, person_id ROWS UNBOUNDED PRECEDING) AS place,
    sum(one) OVER (PARTITION BY sex, area) AS size
FROM (
    SELECT person_id, sex, area, low, least(high, own) AS high, 0 AS set_id, 1 AS one,
        md5('1|pool|' || person_id || '|0|' || low) AS hash FROM hand_base WHERE low < least(high, own)
    UNION ALL
    SELECT person_id, sex, area, own, own, set_id, 0, md5('1|set|' || person_id || '|0') FROM hand_served
);

CREATE OR REPLACE TABLE hand_step AS
SELECT s.set_id, s.person_id, s.sex, s.area, s.own, n.n, (b.place + n.n) % b.size + 1 AS place
FROM hand_served s JOIN hand_walk b ON b.set_id = s.set_id JOIN range(4 * $draw) n(n) ON n.n < b.size;

CREATE OR REPLACE TABLE hand_pool AS SELECT * FROM hand_walk WHERE one = 1;

CREATE OR REPLACE TABLE hand_drawn AS
SELECT s.set_id, w.person_id, s.own AS day, row_number() OVER (PARTITION BY s.set_id ORDER BY s.n) AS nth
FROM hand_step s JOIN hand_pool w ON w.place = s.place AND w.sex = s.sex AND w.area = s.area
WHERE w.low <= s.own AND s.own < w.high AND w.person_id != s.person_id;

CREATE OR REPLACE TABLE hand_start AS
SELECT row_number() OVER (ORDER BY w.set_id, w.served DESC, w.person_id) AS start_id, w.*, b.death,
    least(b.moved, $last, CASE WHEN w.served = 1 THEN 100000 ELSE b.own END) AS gone
FROM (
    SELECT set_id, person_id, own AS day, 1 AS served FROM hand_served WHERE set_id IN (SELECT set_id FROM hand_drawn)
    UNION ALL
    SELECT set_id, person_id, day, 0 FROM hand_drawn WHERE nth <= $draw
) w JOIN hand_base b USING (person_id);

CREATE OR REPLACE TABLE hand_stay AS
SELECT person_id, kind, min(start) AS start, max(stop) AS stop FROM (
    SELECT *, sum(opens) OVER (PARTITION BY person_id, kind ORDER BY start, stop ROWS UNBOUNDED PRECEDING) AS island FROM (
        SELECT *, CASE WHEN start <= max(stop) OVER (PARTITION BY person_id, kind ORDER BY start, stop
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS opens
        FROM spell WHERE stop > start))
GROUP BY person_id, kind, island;

CREATE OR REPLACE TABLE hand_history AS
SELECT s.start_id,
    count(CASE WHEN e.kind = 'arrest' AND e.day >= s.day - 365 THEN 1 END) AS arrest_count_365,
    count(CASE WHEN e.kind = 'arrest' THEN 1 END) AS arrest_count_1825,
    count(CASE WHEN e.kind = 'er_visit' AND e.day >= s.day - 365 THEN 1 END) AS er_visit_count_365,
    sum(CASE WHEN e.kind = 'er_visit' THEN e.value END) AS er_visit_sum_1825,
    s.day - max(CASE WHEN e.kind = 'court_date' THEN e.day END) AS court_date_days_since_1825,
    max(CASE WHEN e.kind = 'shelter_entry' AND e.day >= s.day - 365 THEN 1 ELSE 0 END) AS shelter_entry_any_365,
    count(CASE WHEN e.kind = 'jail_booking' AND e.day >= s.day - 730 THEN 1 END) AS jail_booking_count_730,
    arg_max(e.value, e.day * 1000 + e.value) FILTER (e.kind = 'conviction') AS conviction_last_1825
FROM hand_start s LEFT JOIN event e ON e.person_id = s.person_id AND e.day >= s.day - 1825 AND e.day < s.day GROUP BY s.start_id, s.day;

CREATE OR REPLACE TABLE hand_stays AS
SELECT s.start_id,
    coalesce(sum(CASE WHEN t.kind = 'custody' THEN least(t.stop, s.day) - greatest(t.start, s.day - 730) END), 0) AS custody_days_730,
    coalesce(sum(CASE WHEN t.kind = 'shelter' AND t.stop > s.day - 365
        THEN least(t.stop, s.day) - greatest(t.start, s.day - 365) END), 0) AS shelter_days_365
FROM hand_start s LEFT JOIN hand_stay t ON t.person_id = s.person_id AND t.stop > s.day - 730 AND t.start < s.day GROUP BY s.start_id;

CREATE OR REPLACE TABLE hand_marks AS
SELECT s.start_id, s.day, least(s.gone, s.day + 730) - 1 AS seen, s.death,
    min(CASE WHEN e.kind = 'arrest' THEN e.day END) AS arrest, min(CASE WHEN e.kind = 'jail_booking' THEN e.day END) AS booking
FROM hand_start s LEFT JOIN event e ON e.person_id = s.person_id AND e.kind IN ('arrest', 'jail_booking')
    AND e.day > s.day AND e.day < least(s.gone, s.day + 730) GROUP BY s.start_id, s.day, s.gone, s.death;

CREATE OR REPLACE TABLE hand_after AS
SELECT s.start_id, coalesce(sum(CASE WHEN t.kind = 'custody' THEN greatest(0, least(t.stop, s.day + 730, s.gone, s.death + 1) - greatest(t.start, s.day)) END), 0) AS custody
FROM hand_start s LEFT JOIN hand_stay t ON t.kind = 'custody' AND t.person_id = s.person_id AND t.stop > s.day
    AND t.start < least(s.day + 730, s.gone) GROUP BY s.start_id;

CREATE OR REPLACE TABLE hand_cost AS
SELECT s.start_id, coalesce(sum(e.amount), 0) AS cost FROM hand_start s LEFT JOIN cost e ON e.person_id = s.person_id
    AND e.day >= s.day AND e.day < least(s.day + 730, s.gone, s.death + 1) GROUP BY s.start_id;

SELECT s.start_id, s.served, h.*, t.*, a.custody, c.cost,
    least(coalesce(m.arrest, 100000), m.death, m.seen) - m.day AS arrest_day, least(coalesce(m.booking, 100000), m.death, m.seen) - m.day AS booking_day
FROM hand_start s JOIN hand_history h USING (start_id) JOIN hand_stays t USING (start_id) JOIN hand_marks m USING (start_id)
    JOIN hand_after a USING (start_id) JOIN hand_cost c USING (start_id) ORDER BY start_id
