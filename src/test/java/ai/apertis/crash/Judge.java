package ai.apertis.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Joins what was served, what was got and what the ledger says, when all requests have ended. */
final class Judge {
    private final House house;

    Judge(House house) {
        this.house = house;
    }

    /** Waits until every hold has ended, then judges every request and the books as a whole. */
    Map<Long, List<Books.Charge>> judge(Collection<Request> requests) {
        assertThat(house.everyHoldEnds())
                .as("15 s after the end no hold is open")
                .isTrue();
        Map<Long, List<Books.Charge>> charges = house.books().charges();
        List<String> wrong = requests.stream()
                .map(request -> request.verdict(
                        charges.getOrDefault(request.key.id(), List.of()),
                        house.books().checkpoint(request.key.id()),
                        house.provider().served(request.script.number()),
                        house.ledgerWasAway(request.endedNanos())))
                .flatMap(Optional::stream)
                .toList();
        assertThat(wrong).isEmpty();
        assertThat(house.brokenPromises()).isEmpty();
        assertThat(house.books().samples()).isPositive();
        assertThat(house.books().above()).as("samples above a limit").isZero();
        return charges;
    }
}
