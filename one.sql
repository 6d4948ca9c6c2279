INSERT INTO one_row (stream, version, data) VALUES (md5(random()::text), 1, repeat('x', 200)::bytea);
