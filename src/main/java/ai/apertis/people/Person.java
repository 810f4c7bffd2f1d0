package ai.apertis.people;

import ai.apertis.ledger.Rows;
import io.vertx.sqlclient.Row;
import java.time.Instant;

/**
 * Somebody who can sign in.
 *
 * @param id their id
 * @param email their address, normalised
 * @param name their user name
 * @param createdAt when they signed up
 */
public record Person(long id, String email, String name, Instant createdAt) {
    /** Reads {@code person_id, email, person_name, person_created_at}. */
    static Person read(Row row) {
        return new Person(
                row.getLong("person_id"),
                row.getString("email"),
                row.getString("person_name"),
                Rows.instant(row, "person_created_at"));
    }

    /** The columns that {@link #read} wants, of a person {@code p}. */
    static final String COLUMNS =
            "p.id AS person_id, p.email, p.name AS person_name, p.created_at AS person_created_at";
}
