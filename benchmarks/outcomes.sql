-- The yardstick of outcomes.py: what many definitions find within twelve months, as somebody would write it by hand for this county only.
CREATE OR REPLACE TABLE hand_start AS
SELECT *, least(until, gone, death + 1) AS ends, until - 1 AS last,
    least(quarter_until, gone_quarter, death + 1) AS quarter_ends
FROM (
    SELECT start_id, person_id, day, death, gone,
        ((DATE '1970-01-01' + day + INTERVAL 12 MONTH)::DATE - DATE '1970-01-01')::INTEGER AS until,
        ((date_trunc('quarter', DATE '1970-01-01' + day) + INTERVAL 3 MONTH)::DATE - DATE '1970-01-01')::INTEGER AS quarter_low,
        ((date_trunc('quarter', DATE '1970-01-01' + day) + INTERVAL 12 MONTH)::DATE - DATE '1970-01-01')::INTEGER AS quarter_last,
        ((date_trunc('quarter', DATE '1970-01-01' + day) + INTERVAL 15 MONTH)::DATE - DATE '1970-01-01')::INTEGER AS quarter_until,
        (date_trunc('quarter', DATE '1970-01-01' + gone)::DATE - DATE '1970-01-01')::INTEGER AS gone_quarter
    FROM starts);

CREATE OR REPLACE TABLE hand_event AS
SELECT s.start_id,
    min(CASE WHEN e.kind = 'arrest' AND e.day > s.day THEN e.day END) AS arrest,
    min(CASE WHEN e.kind = 'filing' AND e.day > s.day THEN e.day END) AS filing,
    min(CASE WHEN e.kind = 'convicted_offence' AND e.day > s.day THEN e.day END) AS convicted_offence,
    min(CASE WHEN e.kind = 'conviction' AND e.day > s.day THEN e.day END) AS conviction,
    min(CASE WHEN e.kind = 'jail_booking' AND e.day > s.day THEN e.day END) AS jail_booking,
    min(CASE WHEN e.kind = 'prison_return' AND e.day > s.day THEN e.day END) AS prison_return,
    min(CASE WHEN e.kind = 'revocation' AND e.day > s.day THEN e.day END) AS revocation,
    min(CASE WHEN e.kind = 'supervision_violation' AND e.day > s.day THEN e.day END) AS violation,
    min(CASE WHEN e.kind = 'hmis_exit:permanent' AND e.day > s.day THEN e.day END) AS housed,
    min(CASE WHEN e.kind = 'removal' AND e.day > s.day THEN e.day END) AS removal,
    min(CASE WHEN e.kind IN ('discharge:reunification', 'discharge:relative', 'discharge:guardianship', 'discharge:adoption')
        AND e.day > s.day THEN e.day END) AS discharge,
    min(CASE WHEN e.kind = 'substantiated' AND e.day > s.day THEN e.day END) AS substantiated,
    min(CASE WHEN e.kind = 'substantiated' AND e.day >= s.day + 15 THEN e.day END) AS substantiated_later,
    min(CASE WHEN e.kind = 'emergency_visit' AND e.day > s.day THEN e.day END) AS emergency_visit,
    count(CASE WHEN e.kind = 'emergency_visit' THEN 1 END) AS emergency_visits,
    min(CASE WHEN e.kind = 'health_contact' AND e.day > s.day THEN e.day END) AS health_contact,
    min(CASE WHEN e.kind = 'referral:navigation' THEN e.day END) AS referral,
    min(CASE WHEN e.kind = 'offer:navigation' THEN e.day END) AS offer,
    min(CASE WHEN e.kind = 'own_language:navigation' THEN e.day END) AS own_language,
    min(CASE WHEN e.kind = 'completed:navigation' THEN e.day END) AS completed,
    count(CASE WHEN e.kind = 'contact:navigation' THEN 1 END) AS contacts
FROM hand_start s LEFT JOIN event e ON e.person_id = s.person_id AND e.day >= s.day AND e.day < s.ends
GROUP BY s.start_id;

CREATE OR REPLACE TABLE hand_visit AS
SELECT s.start_id, min(v.day) AS new_visit
FROM hand_start s LEFT JOIN (
    SELECT person_id, day, lag(day) OVER (PARTITION BY person_id ORDER BY day) AS before
    FROM (SELECT DISTINCT person_id, day FROM event WHERE kind = 'emergency_visit')
) v ON v.person_id = s.person_id AND (v.before IS NULL OR v.day - v.before > 3) AND v.day > s.day AND v.day < s.ends
GROUP BY s.start_id;

CREATE OR REPLACE TABLE hand_stay AS
SELECT person_id, kind, min(start) AS start, max(stop) AS stop FROM (
    SELECT *, sum(opens) OVER (PARTITION BY person_id, kind ORDER BY start, stop ROWS UNBOUNDED PRECEDING) AS island FROM (
        SELECT *, CASE WHEN start <= max(stop) OVER (PARTITION BY person_id, kind ORDER BY start, stop
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS opens
        FROM spell WHERE stop > start
            AND kind IN ('custody', 'shelter', 'permanent_housing', 'benefits:calworks', 'benefits:calfresh', 'benefits:general_assistance', 'inpatient')))
GROUP BY person_id, kind, island;

CREATE OR REPLACE TABLE hand_days AS
SELECT s.start_id,
    coalesce(sum(CASE WHEN t.kind = 'custody' THEN least(t.stop, s.ends) - greatest(t.start, s.day) END), 0) AS custody,
    coalesce(sum(CASE WHEN t.kind = 'shelter' THEN least(t.stop, s.ends) - greatest(t.start, s.day) END), 0) AS shelter,
    coalesce(sum(CASE WHEN t.kind = 'permanent_housing' THEN least(t.stop, s.ends) - greatest(t.start, s.day) END), 0) AS housed,
    coalesce(sum(CASE WHEN t.kind = 'benefits:calworks' THEN least(t.stop, s.ends) - greatest(t.start, s.day) END), 0) AS cash,
    coalesce(sum(CASE WHEN t.kind = 'benefits:calfresh' THEN least(t.stop, s.ends) - greatest(t.start, s.day) END), 0) AS food,
    coalesce(sum(CASE WHEN t.kind = 'benefits:general_assistance' THEN least(t.stop, s.ends) - greatest(t.start, s.day) END), 0) AS general,
    coalesce(sum(CASE WHEN t.kind = 'inpatient' THEN least(t.stop, s.ends) - greatest(t.start, s.day) END), 0) AS inpatient
FROM hand_start s LEFT JOIN hand_stay t ON t.person_id = s.person_id AND t.stop > s.day AND t.start < s.ends
GROUP BY s.start_id;

CREATE OR REPLACE TABLE hand_spell AS
SELECT s.start_id,
    min(CASE WHEN e.kind IN ('custody', 'prison') AND e.start > s.day THEN e.start END) AS custody,
    min(CASE WHEN e.kind IN ('street_outreach', 'shelter', 'safe_haven', 'transitional_housing') AND e.start >= s.day THEN e.start END) AS homeless,
    min(CASE WHEN e.kind = 'benefits:calworks' AND e.start > s.day THEN e.start END) AS cash,
    min(CASE WHEN e.kind = 'inpatient' AND e.start > s.day THEN e.start END) AS inpatient,
    max(CASE WHEN e.kind = 'permanent_housing' AND e.start <= s.last AND e.stop > s.last AND s.death >= s.last AND s.gone > s.last
        THEN 1 ELSE 0 END) AS housed
FROM hand_start s LEFT JOIN spell e ON e.person_id = s.person_id AND e.stop >= s.day AND e.start < s.ends
GROUP BY s.start_id;

CREATE OR REPLACE TABLE hand_joined AS
SELECT person_id, kind, gap, min(start) AS start, max(stop) AS stop FROM (
    SELECT *, sum(opens) OVER (PARTITION BY person_id, kind, gap ORDER BY start, stop ROWS UNBOUNDED PRECEDING) AS island FROM (
        SELECT *, CASE WHEN start <= gap + max(stop) OVER (PARTITION BY person_id, kind, gap ORDER BY start, stop
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS opens
        FROM spell JOIN (VALUES ('inpatient', 1), ('benefits:calworks', 31), ('benefits:calworks', 61)) g(kind, gap) USING (kind)
        WHERE gap < 61 OR stop > start))
GROUP BY person_id, kind, gap, island;

CREATE OR REPLACE TABLE hand_after_a_gap AS
SELECT s.start_id,
    min(CASE WHEN j.gap = 1 AND j.start > s.day AND j.start < s.ends THEN j.start END) AS inpatient,
    min(CASE WHEN j.gap = 31 AND j.start > s.day AND j.start < s.ends THEN j.start END) AS cash,
    min(CASE WHEN j.gap = 61 AND j.stop > s.day AND j.stop < s.ends THEN j.stop END) AS left_cash
FROM hand_start s LEFT JOIN hand_joined j ON j.person_id = s.person_id AND j.stop >= s.day AND j.start < s.ends
GROUP BY s.start_id;

CREATE OR REPLACE TABLE hand_enrolled AS
SELECT person_id, min(start) AS start, max(stop) AS stop FROM (
    SELECT *, sum(opens) OVER (PARTITION BY person_id ORDER BY start, stop ROWS UNBOUNDED PRECEDING) AS island FROM (
        SELECT *, CASE WHEN start <= max(stop) OVER (PARTITION BY person_id ORDER BY start, stop
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS opens
        FROM service WHERE programme = 'navigation'))
GROUP BY person_id, island;

CREATE OR REPLACE TABLE hand_left AS
SELECT i.person_id, i.stop FROM hand_enrolled i
WHERE i.stop < 100000 AND NOT EXISTS (
    SELECT 1 FROM event e WHERE e.kind = 'completed:navigation' AND e.person_id = i.person_id AND e.day BETWEEN i.stop - 30 AND i.stop + 30);

CREATE OR REPLACE TABLE hand_twice AS
SELECT e.person_id, e.start, o.stop > e.start AND e.stop > e.start AS open, o.start >= e.start - 30 AS soon
FROM service e JOIN service o ON o.person_id = e.person_id AND o.programme = e.programme AND o.source <> e.source AND o.start <= e.start;

CREATE OR REPLACE TABLE hand_service AS
SELECT s.start_id, a.enrolled, a.retained, b.dose, l.left_early, t.open_twice, t.intake_twice
FROM hand_start s
JOIN (
    SELECT s.start_id, min(CASE WHEN v.start >= s.day THEN v.start END) AS enrolled,
        max(CASE WHEN v.start <= s.last AND v.stop > s.last AND s.death >= s.last AND s.gone > s.last THEN 1 ELSE 0 END) AS retained
    FROM hand_start s LEFT JOIN service v ON v.programme = 'navigation' AND v.person_id = s.person_id AND v.stop >= s.day AND v.start < s.ends
    GROUP BY s.start_id) a USING (start_id)
JOIN (
    SELECT s.start_id, coalesce(sum(CASE WHEN i.start IS NOT NULL THEN greatest(0, least(i.stop, s.ends) - greatest(i.start, s.day)) END), 0) AS dose
    FROM hand_start s LEFT JOIN hand_enrolled i ON i.person_id = s.person_id AND i.stop > s.day AND i.start < s.ends
    GROUP BY s.start_id) b USING (start_id)
JOIN (
    SELECT s.start_id, min(h.stop) AS left_early
    FROM hand_start s LEFT JOIN hand_left h ON h.person_id = s.person_id AND h.stop > s.day AND h.stop < s.ends
    GROUP BY s.start_id) l USING (start_id)
JOIN (
    SELECT s.start_id, min(CASE WHEN w.open THEN w.start END) AS open_twice, min(CASE WHEN w.soon THEN w.start END) AS intake_twice
    FROM hand_start s LEFT JOIN hand_twice w ON w.person_id = s.person_id AND w.start > s.day AND w.start < s.ends
    GROUP BY s.start_id) t USING (start_id);

CREATE OR REPLACE TABLE hand_quarter AS
SELECT s.start_id,
    max(CASE WHEN q.day = s.quarter_last AND q.wages > 0 AND s.death >= s.quarter_last THEN 1 ELSE 0 END) AS employed,
    max(CASE WHEN q.day = s.quarter_last AND q.wages > 416000 AND s.death >= s.quarter_last THEN 1 ELSE 0 END) AS half_time,
    count(CASE WHEN q.wages > 0 THEN 1 END) AS quarters,
    count(CASE WHEN q.wages > 416000 THEN 1 END) AS half_time_quarters,
    coalesce(sum(q.wages), 0) / 100.0 AS earnings,
    coalesce(sum(q.benefits), 0) / 100.0 AS benefits
FROM hand_start s LEFT JOIN (
    SELECT person_id, day, sum(CASE WHEN measure = 'wages' THEN amount END) AS wages, sum(CASE WHEN measure = 'benefits' THEN amount END) AS benefits
    FROM quarter GROUP BY person_id, day
) q ON q.person_id = s.person_id AND q.day >= s.quarter_low AND q.day < s.quarter_ends
GROUP BY s.start_id;

CREATE OR REPLACE TABLE hand_cost AS
SELECT s.start_id, coalesce(sum(e.amount), 0) / 100.0 AS cost
FROM hand_start s LEFT JOIN cost e ON e.person_id = s.person_id AND e.day >= s.day AND e.day < s.ends
GROUP BY s.start_id;

SELECT s.start_id,
    e.arrest - s.day AS "recidivism/arrest", e.filing - s.day AS "recidivism/bscc_filing",
    e.convicted_offence - s.day AS "recidivism/conviction", e.conviction - s.day AS "recidivism/cdcr_conviction",
    e.jail_booking - s.day AS "recidivism/jail_booking", e.prison_return - s.day AS "recidivism/return_to_prison",
    e.revocation - s.day AS "recidivism/revocation", e.violation - s.day AS "recidivism/supervision_violation",
    p.custody - s.day AS "recidivism/bscc_return_to_custody", d.custody AS "custody_days/recorded",
    d.shelter AS "shelter_nights/recorded", p.homeless - s.day AS "return_to_homelessness/hud_spm2_adapted",
    e.housed - s.day AS "exit_to_permanent_housing/recorded", p.housed AS "housed/recorded", d.housed AS "assisted_housing_days/recorded",
    e.removal - s.day AS "foster_reentry/cfsr4", e.discharge - s.day AS "permanency/day_of_discharge",
    e.substantiated - s.day AS "maltreatment_recurrence/no_14_days", e.substantiated_later - s.day AS "maltreatment_recurrence/cfsr3_s2",
    q.employed AS "employment/last_quarter", q.half_time AS "employment/half_time_2024", q.quarters AS "quarters_employed/any_wages",
    q.half_time_quarters AS "quarters_employed/half_time_2024", q.earnings AS "earnings/wages", q.benefits AS "benefit_dollars/reliance",
    d.cash AS "cash_aid_days/reliance", d.food AS "food_aid_days/reliance", d.general AS "general_assistance_days/reliance",
    g.left_cash - s.day AS "leaving_cash_aid/two_months", p.cash - s.day AS "return_to_cash_aid/any_break",
    g.cash - s.day AS "return_to_cash_aid/beyond_a_month", e.emergency_visit - s.day AS "emergency_visits/recorded",
    e.emergency_visits AS "emergency_visits/number", v.new_visit - s.day AS "first_emergency_visit/three_days_apart",
    p.inpatient - s.day AS "inpatient_admissions/recorded", g.inpatient - s.day AS "inpatient_admissions/transfers_stitched",
    d.inpatient AS "inpatient_days/recorded", e.health_contact - s.day AS "treatment_contact/recorded", c.cost AS "cost_per_client/recorded",
    e.referral - s.day AS "referred/recorded", e.offer - s.day AS "offered/recorded", r.enrolled - s.day AS "enrolled/recorded",
    e.own_language - s.day AS "language_match/recorded", r.retained AS "retained/open_on_last_day", r.left_early - s.day AS "left_early/uncompleted",
    e.completed - s.day AS "completed/recorded", r.dose AS "dose/days_enrolled", e.contacts AS "contacts/recorded",
    r.open_twice - s.day AS "duplicate_services/open_together", r.intake_twice - s.day AS "duplicate_services/intakes_within_30_days"
FROM hand_start s JOIN hand_event e USING (start_id) JOIN hand_visit v USING (start_id) JOIN hand_days d USING (start_id)
JOIN hand_spell p USING (start_id) JOIN hand_after_a_gap g USING (start_id) JOIN hand_service r USING (start_id)
JOIN hand_quarter q USING (start_id) JOIN hand_cost c USING (start_id)
ORDER BY s.start_id
