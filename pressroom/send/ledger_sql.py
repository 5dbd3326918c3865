"""The ledger's statements, on SQLite and PostgreSQL alike; each belongs to one step of a row."""

NAME_UNCERTAIN = """
    UPDATE deliveries SET state = 'uncertain', reply = :lost, updated = :now
    WHERE issue = :issue AND state = 'sending' AND leaves = 1"""

REDO = """
    UPDATE deliveries SET state = 'planned', reply = '', updated = :now
    WHERE issue = :issue AND (state = 'leased' OR (leaves = 0
      AND (state = 'sending' OR (state = 'sent' AND :leaves = 1))))"""

# The `|| ''` keeps an index on the state from being used: every page would be sorted anew, and
# a lock over 200,000 readers took 48 s instead of 17.
UNPLANNED = """
    SELECT id, address, name, edition, token, state FROM subscribers s
    WHERE s.id > :after AND s.state || '' = 'active'
      AND (s.edition IN :editions OR (s.early = 1 AND s.edition IN :later))
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.issue = :issue AND d.subscriber_id = s.id)
    ORDER BY s.id LIMIT :page"""

PLAN = """
    INSERT INTO deliveries
      (issue, subscriber_id, edition, state, reply, sha256, message_id, leaves, updated, print, lease)
    VALUES (:issue, :subscriber, :edition, :state, :reply, :sha256, :message_id, 0, :now, :print,
      :head)
    ON CONFLICT (issue, subscriber_id) DO NOTHING"""

DUE = """
    SELECT d.id AS row_id, d.edition AS row_edition, d.sha256, d.lease AS head, d.tries,
           s.id, s.address, s.name, s.edition, s.token, s.state
    FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.issue = :issue AND d.edition IN :editions AND d.id > :after
      AND d.state IN ('planned', 'deferred') AND d.not_before <= :now
    ORDER BY d.id LIMIT :page"""

ONLY = " AND s.key IN :keys ORDER BY"

LEASE = """
    UPDATE deliveries SET state = 'leased', worker = :worker, updated = :now
    WHERE id = :id AND state IN ('planned', 'deferred')"""

START = """
    UPDATE deliveries
    SET state = 'sending', reply = '', sha256 = :sha256, message_id = :message_id,
        leaves = :leaves, print = :print, updated = :now
    WHERE id = :id AND state IN ('planned', 'deferred', 'leased') AND EXISTS
      (SELECT 1 FROM subscribers s WHERE s.id = subscriber_id AND s.state = 'active')"""

STARTED = "SELECT id FROM deliveries WHERE id IN :ids AND state = 'sending'"

FINISH = """
    UPDATE deliveries
    SET state = :state, reply = :reply, not_before = :not_before, tries = tries + :tried,
        updated = :now
    WHERE id = :id"""

RELEASE = """
    UPDATE deliveries SET state = 'planned', worker = '', updated = :now
    WHERE issue = :issue AND state = 'leased'"""

NEXT_TRY = """
    SELECT min(not_before) FROM deliveries
    WHERE issue = :issue AND edition IN :editions AND state = 'deferred'"""

ROWS = """
    SELECT d.id, d.issue, s.address, d.edition, d.state, d.reply, d.sha256
    FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.issue = :issue AND d.state IN :states ORDER BY d.id"""

STATUS = "SELECT state, count(*) FROM deliveries WHERE issue = :issue GROUP BY state"

OPEN = """
    SELECT edition, count(*) FROM deliveries
    WHERE issue = :issue AND state IN ('planned', 'leased', 'sending', 'deferred')
    GROUP BY edition"""

DONE = """
    SELECT edition, count(*) FROM deliveries
    WHERE issue = :issue AND state IN ('sent', 'bounced') AND leaves >= :leaves GROUP BY edition"""

LAST = """
    SELECT max(issue) FROM deliveries
    WHERE issue < :issue AND issue NOT LIKE '%+%' AND state IN ('sent', 'bounced') AND leaves >= :leaves"""

WAITING = """
    SELECT d.edition, count(*) FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.issue = :issue AND s.state = 'active' AND d.edition IN :editions
      AND ((d.state IN ('planned', 'deferred', 'leased') AND d.not_before <= :now) OR (d.leaves = 0
        AND (d.state = 'sending' OR (d.state = 'sent' AND :leaves = 1))))
    GROUP BY d.edition"""

NEW = """
    SELECT s.edition, count(*) FROM subscribers s
    WHERE s.state = 'active' AND (s.edition IN :editions OR (s.early = 1 AND s.edition IN :later))
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.issue = :issue AND d.subscriber_id = s.id)
    GROUP BY s.edition"""

TODAY = """
    SELECT count(*) FROM deliveries
    WHERE leaves = 1 AND state IN ('sent', 'bounced', 'uncertain') AND updated >= :since"""

TESTED = """
    INSERT INTO tests (issue, edition, sha256, leaves, time)
    VALUES (:issue, :edition, :sha256, :leaves, :now) ON CONFLICT DO NOTHING"""

WAS_TESTED = """
    SELECT max(time) FROM tests
    WHERE issue = :issue AND edition = :edition AND sha256 = :sha256 AND leaves >= :leaves"""

WITHDRAW = """
    DELETE FROM deliveries
    WHERE issue = :issue AND edition IN :editions AND state IN ('planned', 'leased') AND tries = 0"""

REPLAN = """
    DELETE FROM deliveries
    WHERE issue = :issue AND edition IN :editions AND state IN ('planned', 'leased') AND tries = 0
      AND EXISTS (SELECT 1 FROM subscribers s
                  WHERE s.id = subscriber_id AND (s.edition IN :editions OR s.early = 1))"""

REHEARSED = """
    DELETE FROM deliveries
    WHERE issue = :issue AND leaves = 0 AND state IN ('sent', 'sending')"""

HAD = """
    SELECT 1 FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.issue = :issue AND s.key IN :keys AND d.leaves = 1 LIMIT 1"""

CANCEL = """
    UPDATE deliveries SET state = 'failed', reply = :why, updated = :now
    WHERE issue = :issue AND edition IN :editions
      AND state IN ('planned', 'leased', 'deferred')"""

RESOLVE = """
    UPDATE deliveries SET state = :state, reply = :reply, not_before = '', updated = :now
    WHERE id = :id AND state = 'uncertain'"""

UNCERTAIN = """
    SELECT d.id, d.message_id, d.reply, s.address
    FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
    WHERE d.issue = :issue AND d.state = 'uncertain' ORDER BY d.id"""

FIRST_DAY = "SELECT min(updated) FROM deliveries WHERE leaves = 1 AND state <> 'planned'"
