-- Each row is an event, as most people would have it.
CREATE VIEW events AS FROM 'events.parquet';
