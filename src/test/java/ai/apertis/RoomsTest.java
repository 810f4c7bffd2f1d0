package ai.apertis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Pins the directions between the rooms: each imports only those below it. */
class RoomsTest {
    /** From top to bottom; rooms of one line may not know one another. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("console"),
            List.of("admin"),
            List.of("payments"),
            List.of("ingress"),
            List.of("routing"),
            List.of("dispatch"),
            List.of("dialect"),
            List.of("billing"),
            List.of("people"),
            List.of("ledger"),
            List.of("limits", "cache"),
            List.of("catalog", "sim", "search"),
            List.of("telemetry"),
            List.of("changelog", "config", "money", "http", "redis"),
            List.of("digest"));

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("ai.apertis");

    @TestFactory
    List<DynamicTest> eachRoomKnowsOnlyThoseBelowIt() {
        return FLOORS.stream()
                .flatMap(floor -> floor.stream()
                        .map(room -> DynamicTest.dynamicTest(
                                room,
                                () -> noClasses()
                                        .that()
                                        .resideInAPackage(packages(room))
                                        .should()
                                        .dependOnClassesThat(livesBesideOrAbove(room, FLOORS.indexOf(floor)))
                                        .allowEmptyShould(true)
                                        .check(HOUSE))))
                .toList();
    }

    @Test
    void nobodyKnowsTheCompositionRoot() {
        noClasses()
                .that()
                .resideInAPackage("ai.apertis..")
                .and()
                .resideOutsideOfPackage("ai.apertis")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.apertis")
                .check(HOUSE);
    }

    @Test
    void everyClassLivesInARoomThatIsOnThePlan() {
        String[] rooms =
                FLOORS.stream().flatMap(List::stream).map(RoomsTest::packages).toArray(String[]::new);
        classes()
                .that()
                .resideOutsideOfPackage("ai.apertis")
                .should()
                .resideInAnyPackage(rooms)
                .check(HOUSE);
    }

    @Test
    void dialectsArePureFunctions() {
        noClasses()
                .that()
                .resideInAPackage("ai.apertis.dialect..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "java.net..", "java.nio.file..", "java.sql..")
                .check(HOUSE);
    }

    @Test
    void nothingIsNamedAfterADrawer() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Utils?|Helper|Impl|Common)$")
                .check(HOUSE);
    }

    @Test
    void nobodySleepsOnAThread() {
        ArchRule rule = noClasses().should().callMethod(Thread.class, "sleep", long.class);
        rule.check(HOUSE);
    }

    @Test
    void exceptionsSayWhatTheyAre() {
        NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(HOUSE);
    }

    private static DescribedPredicate<JavaClass> livesBesideOrAbove(String room, int floor) {
        List<String> forbidden = FLOORS.subList(0, floor + 1).stream()
                .flatMap(List::stream)
                .filter(other -> !other.equals(room))
                .map(other -> "ai.apertis." + other)
                .toList();
        return DescribedPredicate.describe(
                "live beside or above",
                type -> forbidden.stream()
                        .anyMatch(name -> type.getPackageName().equals(name)
                                || type.getPackageName().startsWith(name + ".")));
    }

    private static String packages(String room) {
        return "ai.apertis." + room + "..";
    }
}
