-- One show in PostgreSQL, as it is best known: seats as rows, standing places as a counter.
-- Seats 1.. are for buyers who chose theirs, one range for each client; the others are for any-two-seats.
CREATE TABLE seats (
    seat_id    bigint PRIMARY KEY,
    show_id    int NOT NULL,
    status     text NOT NULL DEFAULT 'free',
    hold_id    uuid,
    expires_at timestamptz
) WITH (fillfactor = 50);
INSERT INTO seats (seat_id, show_id) SELECT id, 1 FROM generate_series(1, 640000) id;
INSERT INTO seats (seat_id, show_id) SELECT id, 2 FROM generate_series(1000001, 1200000) id;
CREATE INDEX seats_free ON seats (show_id, seat_id) WHERE status = 'free';

CREATE TABLE areas (area_id int PRIMARY KEY, free int NOT NULL) WITH (fillfactor = 10);
INSERT INTO areas VALUES (1, 100000000);
CREATE TABLE holds (hold_id uuid PRIMARY KEY, area_id int NOT NULL, quantity int NOT NULL, expires_at timestamptz NOT NULL);

VACUUM ANALYZE;
CHECKPOINT;
