-- The yardstick of hmis.py: the canonical tables of one export as somebody would write them by hand, trusting that all is well with it.
CREATE VIEW csv_client AS SELECT * FROM read_csv('$export/Client.csv', all_varchar = true);
CREATE VIEW csv_project AS SELECT * FROM read_csv('$export/Project.csv', all_varchar = true);
CREATE VIEW csv_enrollment AS SELECT * FROM read_csv('$export/Enrollment.csv', all_varchar = true) WHERE DateDeleted IS NULL;
CREATE VIEW csv_exit AS SELECT * FROM read_csv('$export/Exit.csv', all_varchar = true) WHERE DateDeleted IS NULL;

CREATE TABLE joined AS
SELECT e.EnrollmentID AS id, e.PersonalID AS person_id, p.ProjectName AS project, p.ProjectType::INTEGER AS type, e.EntryDate::DATE AS entry,
    CASE WHEN x.ExitDate::DATE <= DATE '2024-09-30' THEN x.ExitDate::DATE END AS leave,
    CASE WHEN x.ExitDate::DATE <= DATE '2024-09-30' THEN x.Destination::INTEGER END AS destination,
    e.HouseholdID AS household, e.RelationshipToHoH::INTEGER AS role, e.LivingSituation::INTEGER AS situation, e.DisablingCondition AS disabled,
    e.LOSUnderThreshold AS short, e.PreviousStreetESSH AS street, e.DateToStreetESSH::DATE AS since, e.MoveInDate::DATE AS own_move_in,
    CASE WHEN c.DOBDataQuality IN ('1', '2') THEN c.DOB::DATE END AS birth
FROM csv_enrollment e JOIN csv_client c ON c.PersonalID = e.PersonalID JOIN csv_project p ON p.ProjectID = e.ProjectID
LEFT JOIN csv_exit x ON x.EnrollmentID = e.EnrollmentID
WHERE e.EntryDate::DATE <= DATE '2024-09-30' AND coalesce(x.ExitDate::DATE >= DATE '2019-10-01', true)
    AND coalesce(x.ExitDate::DATE >= e.EntryDate::DATE, true) AND coalesce(e.EntryDate::DATE >= birth, true);

CREATE TABLE stay AS
SELECT s.*, CASE WHEN type NOT IN (3, 9, 10, 13) THEN NULL
        WHEN s.own_move_in BETWEEN s.entry AND least(coalesce(s.leave, DATE '2024-09-30'), DATE '2024-09-30') THEN s.own_move_in
        WHEN greatest(s.entry, h.move_in) <= least(coalesce(s.leave, DATE '2024-09-30'), DATE '2024-09-30') AND h.move_in IS NOT NULL
        THEN greatest(s.entry, h.move_in) END AS move_in,
    type IN (0, 1, 4, 8) OR type IN (2, 3, 9, 10, 13)
        AND coalesce(situation // 100 = 1 OR situation // 100 BETWEEN 2 AND 4 AND short = '1' AND street = '1', false) AS literal
FROM joined s LEFT JOIN (
    SELECT household, project, min(own_move_in) AS move_in FROM joined
    WHERE role = 1 AND own_move_in BETWEEN entry AND least(coalesce(leave, DATE '2024-09-30'), DATE '2024-09-30') GROUP BY ALL
) h ON h.household = s.household AND h.project = s.project;

CREATE TABLE kind AS SELECT * FROM (VALUES (0, 'shelter'), (1, 'shelter'), (2, 'transitional_housing'), (3, 'permanent_housing'), (4, 'street_outreach'),
    (8, 'safe_haven'), (12, 'prevention'), (13, 'rapid_rehousing')) AS t(type, kind);

CREATE TABLE night AS
SELECT person_id, min(day) AS start, max(day) + 1 AS stop FROM (
    SELECT person_id, day, day - row_number() OVER (PARTITION BY person_id ORDER BY day)::INTEGER AS run FROM (
        SELECT DISTINCT s.person_id, v.DateProvided::DATE AS day FROM read_csv('$export/Services.csv', all_varchar = true) v
        JOIN stay s ON s.id = v.EnrollmentID
        WHERE v.RecordType = '200' AND s.type = 1 AND v.DateProvided::DATE >= s.entry AND coalesce(v.DateProvided::DATE < s.leave, true)
            AND v.DateProvided::DATE <= DATE '2024-09-30'
    )
) GROUP BY person_id, run;

COPY (
    SELECT DISTINCT * FROM (
        SELECT person_id, 'shelter' AS kind, entry AS start, leave AS stop FROM stay WHERE type = 0
        UNION ALL SELECT person_id, 'shelter', start, stop FROM night
        UNION ALL SELECT person_id, 'shelter_enrolled', entry, leave FROM stay WHERE type IN (0, 1)
        UNION ALL SELECT person_id, kind, entry, leave FROM stay JOIN kind USING (type) WHERE type IN (2, 4, 8, 12)
        UNION ALL SELECT person_id, 'permanent_housing_enrolled', entry, leave FROM stay WHERE type IN (3, 13)
        UNION ALL SELECT person_id, 'rapid_rehousing_enrolled', entry, leave FROM stay WHERE type = 13
        UNION ALL SELECT person_id, 'permanent_housing', move_in, leave FROM stay WHERE move_in IS NOT NULL
        UNION ALL SELECT person_id, 'awaiting_move_in', entry, coalesce(move_in, leave) FROM stay
            WHERE type IN (3, 13) AND literal AND coalesce(move_in > entry, true)
        UNION ALL SELECT person_id, 'homeless_before_entry', greatest(since, coalesce(birth, since)), entry FROM stay
            WHERE literal AND since < entry
    ) WHERE start >= DATE '2019-10-01' OR coalesce(stop > DATE '2019-10-01', true) ORDER BY ALL
) TO '$out/spell.parquet' (COMPRESSION zstd);

CREATE TABLE band AS
SELECT code, CASE WHEN code = 24 THEN 'deceased' ELSE coalesce(['homeless', 'institutional', 'temporary', 'permanent'][code // 100], 'unknown') END AS band
FROM (SELECT DISTINCT destination AS code FROM stay UNION SELECT DISTINCT situation FROM stay) WHERE code IS NOT NULL;

COPY (
    SELECT DISTINCT * FROM (
        SELECT person_id, 'hmis_exit:' || band AS kind, leave AS day, destination AS value FROM stay JOIN band ON code = destination
            WHERE leave IS NOT NULL AND type != 12
        UNION ALL SELECT person_id, 'exit_from:' || kind || ':' || band, leave, destination FROM stay JOIN kind USING (type) JOIN band ON code = destination
            WHERE leave IS NOT NULL
        UNION ALL SELECT person_id, 'entry_from:' || band, entry, situation FROM stay JOIN band ON code = situation WHERE entry >= DATE '2019-10-01'
        UNION ALL SELECT person_id, 'literally_homeless', entry, situation FROM stay WHERE literal AND entry >= DATE '2019-10-01'
        UNION ALL SELECT person_id, 'disabling_condition', entry, NULL FROM stay WHERE disabled = '1' AND entry >= DATE '2019-10-01'
        UNION ALL SELECT s.person_id, 'contact:' || kind, InformationDate::DATE, CurrentLivingSituation::INTEGER
            FROM read_csv('$export/CurrentLivingSituation.csv', all_varchar = true) t JOIN stay s ON s.id = t.EnrollmentID JOIN kind USING (type)
            WHERE InformationDate::DATE BETWEEN DATE '2019-10-01' AND DATE '2024-09-30'
        UNION ALL SELECT s.person_id, 'referral:rapid_rehousing', EventDate::DATE, Event::INTEGER
            FROM read_csv('$export/Event.csv', all_varchar = true) t JOIN stay s ON s.id = t.EnrollmentID
            WHERE EventDate::DATE BETWEEN DATE '2019-10-01' AND DATE '2024-09-30'
        UNION ALL SELECT s.person_id, unnest(['monthly_income', 'monthly_earnings']), InformationDate::DATE, unnest([TotalMonthlyIncome::INTEGER, EarnedAmount::INTEGER])
            FROM read_csv('$export/IncomeBenefits.csv', all_varchar = true) t JOIN stay s ON s.id = t.EnrollmentID
            WHERE InformationDate::DATE BETWEEN DATE '2019-10-01' AND DATE '2024-09-30'
    ) ORDER BY ALL
) TO '$out/event.parquet' (COMPRESSION zstd);

COPY (SELECT DISTINCT person_id, kind AS programme, entry AS start, leave AS stop, project AS site FROM stay JOIN kind USING (type) ORDER BY ALL)
TO '$out/service.parquet' (COMPRESSION zstd);

COPY (
    SELECT c.PersonalID AS person_id, CASE WHEN c.DOBDataQuality IN ('1', '2') THEN c.DOB::DATE END AS birth,
        CASE WHEN coalesce(l.entry <= d.day, true) THEN d.day END AS death, CASE c.Sex WHEN '0' THEN 'female' WHEN '1' THEN 'male' END AS sex,
        nullif(concat_ws(';', CASE WHEN c.Asian = '1' THEN 'asian' END, CASE WHEN c.BlackAfAmerican = '1' THEN 'black' END,
            CASE WHEN c.HispanicLatinao = '1' THEN 'hispanic' END, CASE WHEN c.MidEastNAfrican = '1' THEN 'middle_eastern' END,
            CASE WHEN c.AmIndAKNative = '1' THEN 'native' END, CASE WHEN c.NativeHIPacific = '1' THEN 'pacific' END,
            CASE WHEN c.White = '1' THEN 'white' END), '') AS race_ethnicity
    FROM csv_client c LEFT JOIN (SELECT person_id, max(entry) AS entry FROM stay GROUP BY ALL) l ON l.person_id = c.PersonalID
    LEFT JOIN (SELECT person_id, min(leave) AS day FROM stay WHERE destination = 24 GROUP BY ALL) d ON d.person_id = c.PersonalID ORDER BY ALL
) TO '$out/person.parquet' (COMPRESSION zstd);

COPY (
    SELECT household AS family_id, person_id, CASE role WHEN 1 THEN 'head' WHEN 2 THEN 'child' END AS role FROM (
        SELECT *, count(*) OVER (PARTITION BY household) AS members FROM (
            SELECT household, person_id, role, row_number() OVER (PARTITION BY household, person_id ORDER BY entry, id) AS place FROM stay
        ) WHERE place = 1
    ) WHERE members > 1 ORDER BY ALL
) TO '$out/family.parquet' (COMPRESSION zstd);

COPY (SELECT 'hmis' AS source, PersonalID AS source_id, PersonalID AS person_id FROM csv_client ORDER BY ALL) TO '$out/crosswalk.parquet' (COMPRESSION zstd);
