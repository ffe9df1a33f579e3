UPDATE seats SET status = 'free', hold_id = NULL, expires_at = NULL WHERE status <> 'free';
TRUNCATE holds;
UPDATE areas SET free = 100000000;
VACUUM ANALYZE;
CHECKPOINT;
