package ai.apertis.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    private static final String WHOLE = """
        providers:
          - name: openai
            dialect: openai
            base_url: https://api.openai.com/v1/
            keys: ["${OPENAI_API_KEY:}"]
        models:
          - id: gpt-5.2
            aliases: [openai/gpt-5.2]
            price: {input: 1.75, output: 14.00, cache_read: 0.175}
            context_length: 400000
            max_output: 128000
            tier: pro
            multipliers: {lite: 4, pro: 2.1, max: 1.5}
            endpoints: [{provider: openai, model: gpt-5.2}]
        """;

    @TempDir
    Path directory;

    @Test
    void readsTheDocumentedFormWithDefaultsForTheRest() throws Exception {
        Config config = load(WHOLE, Map.of("OPENAI_API_KEY", "sk-upstream"));

        ProviderConfig provider = config.providers().getFirst();
        assertThat(provider.dialect()).isEqualTo(DialectName.OPENAI);
        assertThat(provider.baseUrl()).hasToString("Optional[https://api.openai.com/v1]");
        assertThat(provider.keys()).containsExactly(new Secret("sk-upstream"));
        assertThat(provider.quirks()).isEqualTo(Quirks.NONE);
        ModelConfig model = config.models().getFirst();
        assertThat(model.aliases()).containsExactly("openai/gpt-5.2");
        assertThat(model.price().cacheRead()).isEqualByComparingTo("0.175");
        assertThat(model.price().cacheWrite()).isEqualByComparingTo("1.75");
        assertThat(model.multipliers()).containsEntry("pro", new BigDecimal("2.1"));
        assertThat(model.vendor()).isEqualTo("openai");
        assertThat(model.endpoints()).containsExactly(new EndpointConfig("openai", "gpt-5.2", Optional.empty(), 0, 1));
        assertThat(config.plans()).extracting(PlanConfig::name).containsExactly("lite", "pro", "plus", "max");
        assertThat(config.limits().requestsPerAddress()).isEqualTo(1_500);
        assertThat(config.limits().requestsPerKeyPerMinute()).isEqualTo(3_000);
        assertThat(config.timeouts()).isEqualTo(new TimeoutsConfig(60_000, 5_000, 300_000));
        assertThat(config.server().maxBodyBytes()).isEqualTo(20 << 20);
        assertThat(config.billing().toleranceUsd()).isZero();
        assertThat(config.billing().beatMillis()).isEqualTo(1_000);
        assertThat(config.billing().staleBeats()).isEqualTo(10);
    }

    @Test
    void peppersComeFromTheFileAndTheEnvironment() throws Exception {
        String file = WHOLE + "keys: {peppers: [{id: 3, pepper: \"${THIRD}\"}, {id: 4, pepper: \"${FOURTH:}\"}]}\n";
        Config config =
                load(file, Map.of("APERTIS_KEY_PEPPER", "of the environment", "THIRD", "sixteen bytes at least"));
        assertThat(config.keyPeppers())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(2, new Secret("of the environment"), 3, new Secret("sixteen bytes at least")));
        assertThat(config.toString()).doesNotContain("of the environment");
        assertThat(load(WHOLE, Map.of("APERTIS_KEY_PEPPER", "2:two of the environment,7:seven of the same"))
                        .keyPeppers())
                .containsOnlyKeys(2, 7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "short                                | APERTIS_KEY_PEPPER: a pepper has at least 16 bytes",
                "1:the database's own number          | APERTIS_KEY_PEPPER: a pepper's id is a number",
                "2:sixteen bytes and more,2:and again the same | APERTIS_KEY_PEPPER: there is another pepper 2"
            })
    void saysWhatIsWrongWithAPepperAndNotThePepper(String pepper, String problem) {
        assertThatThrownBy(() -> load(WHOLE, Map.of("APERTIS_KEY_PEPPER", pepper)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("again the same");
    }

    @Test
    void anOpenIdProviderIsReadWithItsDefaults() throws Exception {
        String file = WHOLE + """
            console:
              public_url: https://ai.example.com/
              sign_up: oidc
              oidc: {issuer: "https://id.example.com/realm/", client_id: apertis, client_secret: "${OIDC_CLIENT_SECRET:}",
                scopes: [email], allowed_domains: ["@Example.com"]}
            """;
        ConsoleConfig console =
                load(file, Map.of("OIDC_CLIENT_SECRET", "not shown")).console();
        assertThat(console.publicUrl()).hasToString("Optional[https://ai.example.com]");
        OidcConfig oidc = console.oidc().orElseThrow();
        assertThat(oidc.issuer()).hasToString("https://id.example.com/realm");
        assertThat(oidc.name()).isEqualTo("single sign-on");
        assertThat(oidc.scopes()).containsExactly("openid", "email");
        assertThat(oidc.allowedDomains()).containsExactly("example.com");
        assertThat(oidc.trustEmail()).isFalse();
        assertThat(oidc.clientSecret()).contains(new Secret("not shown"));
        assertThat(console.toString()).doesNotContain("not shown");
        assertThat(load(file.replace("oidc\n", "open\n").replace("https://id.example.com/realm/", ""), Map.of())
                        .console()
                        .oidc())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{oidc: {issuer: 'https://id.example.com', client_id: a}} | needs console.public_url",
                "{public_url: 'https://a.example', oidc: {issuer: 'http://id.example.com', client_id: a}} | must be https",
                "{public_url: 'https://a.example', oidc: {issuer: 'https://id.example.com'}} | console.oidc.client_id: missing",
                "{public_url: 'a.example'} | console.public_url: not a URL",
                "{sign_up: oidc} | console.sign_up: is oidc, but console.oidc names no issuer"
            })
    void saysWhatAnOpenIdProviderLacks(String console, String problem) {
        assertThat(problems(WHOLE + "console: " + console + "\n", Map.of()))
                .anySatisfy(told -> assertThat(told).contains(problem));
    }

    @Test
    void variablesSayWhereItRuns() throws Exception {
        Environment environment = load(
                        WHOLE,
                        Map.of(
                                "APERTIS_PORT", "9090",
                                "APERTIS_MANAGEMENT_PORT", "0",
                                "APERTIS_DATA_DIR", "/var/lib/apertis",
                                "APERTIS_DATABASE_URL", "postgresql://me:pw@db:5432/apertis",
                                "APERTIS_REDIS_URL", "redis://cache:6379",
                                "APERTIS_ADMIN_TOKEN", "admin-token",
                                "APERTIS_BOOTSTRAP_KEY", "sk-" + "a".repeat(40),
                                "APERTIS_BOOTSTRAP_CREDIT_USD", "2.50"))
                .environment();

        assertThat(environment.port()).isEqualTo(9090);
        assertThat(environment.managementPort()).isZero();
        assertThat(environment.dataDir()).isEqualTo(Path.of("/var/lib/apertis"));
        assertThat(environment.databaseUrl()).contains(new Secret("postgresql://me:pw@db:5432/apertis"));
        assertThat(environment.redisUrl()).contains(new Secret("redis://cache:6379"));
        assertThat(environment.adminToken()).contains(new Secret("admin-token"));
        assertThat(environment.bootstrapKey()).isPresent();
        assertThat(environment.bootstrapCreditUsd()).isEqualByComparingTo("2.5");
    }

    @Test
    void withoutVariablesItRunsOnTheDocumentedPortsAndDirectory() throws Exception {
        Environment environment = load(WHOLE, Map.of("APERTIS_PORT", "", "APERTIS_REDIS_URL", " "))
                .environment();

        assertThat(environment.port()).isEqualTo(8080);
        assertThat(environment.managementPort()).isEqualTo(8081);
        assertThat(environment.managementHost()).isEqualTo("127.0.0.1");
        assertThat(environment.dataDir()).isEqualTo(Path.of("data"));
        assertThat(environment.databaseUrl()).isEmpty();
        assertThat(environment.redisUrl()).isEmpty();
        assertThat(environment.bootstrapCreditUsd()).isEqualByComparingTo("10");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "APERTIS_PORT, abc, APERTIS_PORT: not a port between 0 and 65535: \"abc\"",
                "APERTIS_PORT, 65536, APERTIS_PORT: not a port between 0 and 65535: \"65536\"",
                "APERTIS_MANAGEMENT_PORT, 8080, APERTIS_MANAGEMENT_PORT: the same port as APERTIS_PORT: 8080",
                "APERTIS_DATABASE_URL, mysql://u:s3cret@h/d, APERTIS_DATABASE_URL: must have the form"
                        + " postgresql://user:pass@host:port/db",
                "APERTIS_REDIS_URL, not a url, APERTIS_REDIS_URL: must have the form redis://host:port",
                "APERTIS_BOOTSTRAP_KEY, sk-short, APERTIS_BOOTSTRAP_KEY: must be \"sk-\" and at least 32 letters and"
                        + " digits",
                "APERTIS_BOOTSTRAP_CREDIT_USD, ten, APERTIS_BOOTSTRAP_CREDIT_USD: not a decimal number: \"ten\"",
                "APERTIS_BOOTSTRAP_CREDIT_USD, -1, APERTIS_BOOTSTRAP_CREDIT_USD: must be between 0 and 1000000000:"
                        + " \"-1\"",
            })
    void aWrongVariableIsNamed(String name, String value, String problem) {
        assertThat(problems(WHOLE, Map.of(name, value))).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "base_url: https://api.openai.com/v1/ | base_url: foo                     | 4:15:"
                        + " providers[0].base_url: not a URL: \"foo\"",
                "base_url: https://api.openai.com/v1/ | base_url: ftp://host              | 4:15:"
                        + " providers[0].base_url: not a URL: \"ftp://host\"",
                "base_url: https://api.openai.com/v1/ | base_url: https://u:p@host        | 4:15:"
                        + " providers[0].base_url: not a URL: \"https://u:p@host\"",
                "base_url: https://api.openai.com/v1/ | base_ulr: https://api.openai.com  | 2:5:"
                        + " providers[0].base_url: missing",
                "dialect: openai                      | dialect: openia                   | 3:14:"
                        + " providers[0].dialect: must be one of openai, openai-responses, anthropic, gemini, is"
                        + " \"openia\"",
                "dialect: openai                      | dialect:                          | 3:13: providers[0].dialect:"
                        + " missing",
                "keys: [\"${OPENAI_API_KEY:}\"]       | keys: secret                      | 5:11: providers[0].keys:"
                        + " expected a list, found a single value",
                "keys: [\"${OPENAI_API_KEY:}\"]       | keys: [\"${1BAD}\"]               | 5:12:"
                        + " providers[0].keys[0]: not a variable name: \"1BAD\"",
                "keys: [\"${OPENAI_API_KEY:}\"]       | keys: [\"${OPEN\"]                | 5:12:"
                        + " providers[0].keys[0]: \"${\" without its \"}\"",
                "keys: [\"${OPENAI_API_KEY:}\"]       | max_connections: many             | 5:22:"
                        + " providers[0].max_connections: not a whole number: \"many\"",
                "keys: [\"${OPENAI_API_KEY:}\"]       | max_connections: 0                | 5:22:"
                        + " providers[0].max_connections: must be between 1 and 100000, is \"0\"",
                "keys: [\"${OPENAI_API_KEY:}\"]       | stops_billing_on_cancel: perhaps  | 5:30:"
                        + " providers[0].stops_billing_on_cancel: must be one of true, false, is \"perhaps\"",
                "keys: [\"${OPENAI_API_KEY:}\"]       | headers: {Host: evil}             | 5:21:"
                        + " providers[0].headers.Host: not a header that may be set",
                "keys: [\"${OPENAI_API_KEY:}\"]       | quirks: [a]                       | 5:13: providers[0].quirks:"
                        + " expected a mapping, found a list",
                "keys: [\"${OPENAI_API_KEY:}\"]       | name: again                       | 5:5: providers[0].name:"
                        + " already set on line 2",
                "keys: [\"${OPENAI_API_KEY:}\"]       | data_policy: ${POLICY}            | 5:18:"
                        + " providers[0].data_policy: environment variable POLICY is not set",
                "id: gpt-5.2                          | id: apertis/x                     | 7:9: models[0].id: begins"
                        + " or ends with a mark that is stripped from names, so nobody could ask for it: \"apertis/x\"",
                "id: gpt-5.2                          | name: no id                       | 7:5: models[0].id: missing",
                "aliases: [openai/gpt-5.2]            | aliases: [gpt-5.2]                | 8:15:"
                        + " models[0].aliases[0]: \"gpt-5.2\" is already models[0].id on line 7",
                "input: 1.75                          | input: 1.0000001                  | 9:20:"
                        + " models[0].price.input: more than 6 decimals: \"1.0000001\"",
                "input: 1.75                          | input: -1                         | 9:20:"
                        + " models[0].price.input: must be between 0 and 1000000: \"-1\"",
                "input: 1.75                          | input: 1e9                        | 9:20:"
                        + " models[0].price.input: not a decimal number: \"1e9\"",
                "input: 1.75                          | inputs: 1.75                      | 9:13:"
                        + " models[0].price.inputs: unknown key; did you mean \"input\"?",
                "context_length: 400000               | context_length: big               | 10:21:"
                        + " models[0].context_length: not a whole number: \"big\"",
                "tier: pro                            | tier: gold                        | 12:11: models[0].tier:"
                        + " must be one of free, lite, pro, max, is \"gold\"",
                "tier: pro                            | refuses: [seed]                   | 12:15: models[0].refuses[0]:"
                        + " must be one of temperature, top_p, top_k, presence_penalty, frequency_penalty, logprobs,"
                        + " logit_bias, is \"seed\"",
                "multipliers: {lite: 4                | multipliers: {litte: 4            | 13:26:"
                        + " models[0].multipliers.litte: unknown plan; did you mean \"lite\"?",
                "multipliers: {lite: 4                | multipliers: {lite: 4.0001        | 13:25:"
                        + " models[0].multipliers.lite: more than 3 decimals: \"4.0001\"",
                "provider: openai,                    | provider: opnai,                  | 14:28:"
                        + " models[0].endpoints[0].provider: unknown provider \"opnai\"; did you mean \"openai\"?",
                "endpoints: [                         | endpoints: [] #                   | 14:16:"
                        + " models[0].endpoints: missing: a model needs at least one",
            })
    void aMistakeInTheFileIsToldWithItsPlace(String right, String wrong, String problem) {
        String yaml = WHOLE.replace(right, wrong);

        assertThat(yaml).isNotEqualTo(WHOLE);
        assertThat(problems(yaml, Map.of())).contains("own.yaml:" + problem);
    }

    @Test
    void aModelWithoutAPriceIsRefusedRatherThanGivenAway() {
        String yaml = WHOLE.replaceAll("    price:.*\n", "");

        assertThat(problems(yaml, Map.of()))
                .containsExactly(
                        "own.yaml:7:5: models[0].price: missing: what costs nothing has {input: 0, output: 0}");
    }

    @Test
    void missingProvidersAndModelsAreBothTold() {
        assertThat(problems("limits: {}\n", Map.of()))
                .containsExactly("own.yaml:1:1: providers: missing", "own.yaml:1:1: models: missing");
    }

    @Test
    void everyProblemOfEnvironmentAndFileIsToldAtOnceInOrder() {
        String yaml = WHOLE.replace("base_url: https://api.openai.com/v1/", "base_url: foo")
                .replace("tier: pro", "teir: pro")
                .replace("input: 1.75", "input: cheap");

        assertThat(problems(yaml, Map.of("APERTIS_PORT", "abc")))
                .containsExactly(
                        "APERTIS_PORT: not a port between 0 and 65535: \"abc\"",
                        "own.yaml:4:15: providers[0].base_url: not a URL: \"foo\"",
                        "own.yaml:9:20: models[0].price.input: not a decimal number: \"cheap\"",
                        "own.yaml:12:5: models[0].teir: unknown key; did you mean \"tier\"?");
    }

    @Test
    void ofOneValueOnlyTheFirstProblemIsTold() {
        String yaml = WHOLE.replace("https://api.openai.com/v1/", "${URL}")
                .replace("{provider: openai, model: gpt-5.2}", "x");

        assertThat(problems(yaml, Map.of()))
                .containsExactly(
                        "own.yaml:4:15: providers[0].base_url: environment variable URL is not set",
                        "own.yaml:14:17: models[0].endpoints[0]: expected a mapping, found a single value");
    }

    @Test
    void plansOfOneNameAreRefused() {
        assertThat(problems(WHOLE + "plans: [{name: lite}, {name: pro}, {name: max}, {name: pro}]\n", Map.of()))
                .containsExactly("own.yaml:15:56: plans[3].name: there is another plan of this name");
    }

    @Test
    void brokenYamlIsToldWithItsLine() {
        assertThat(problems("providers: []\nmodels:\n  - {id: a\n", Map.of()))
                .singleElement()
                .asString()
                .startsWith("own.yaml:4:1: not YAML: ");
    }

    @ParameterizedTest
    @CsvSource({"'', expected a mapping with providers and models", "- a, expected a mapping with providers and models"
    })
    void aFileThatIsNoMappingIsRefused(String yaml, String problem) {
        assertThat(problems(yaml, Map.of())).containsExactly("own.yaml: " + problem);
    }

    @Test
    void aFileThatIsNotTextIsRefused() throws IOException {
        Files.write(directory.resolve("own.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThat(problemsOf(loader(Map.of("APERTIS_CONFIG", "own.yaml"))))
                .containsExactly("own.yaml: not UTF-8 text");
    }

    @Test
    void aNamedFileThatIsNotThereIsToldByTheVariable() {
        assertThat(problemsOf(loader(Map.of("APERTIS_CONFIG", "absent.yaml"))))
                .containsExactly("APERTIS_CONFIG: no such file: \"absent.yaml\"");
    }

    @Test
    void priceTiersMustAscendAndBeWhole() {
        String yaml = WHOLE.replace(
                "cache_read: 0.175}", "tiers: [{above: 200, input: 2, output: 3}, {above: 100, input: 2}]}");

        assertThat(problems(yaml, Map.of()))
                .containsExactly(
                        "own.yaml:9:84: models[0].price.tiers[1].output: missing",
                        "own.yaml:9:92: models[0].price.tiers[1].above: tiers must ascend: 100 after 200");
    }

    @Test
    void plansOfTheFileTakeThePlaceOfTheBuiltInOnes() throws Exception {
        String yaml = WHOLE.replace("{lite: 4, pro: 2.1, max: 1.5}", "{team: 2}")
                + "plans: [{name: team, tier: max, price_usd: 99.50, quota: 7, rate_multiplier: 1.25}]\n";

        assertThat(load(yaml, Map.of()).plans())
                .containsExactly(new PlanConfig("team", "max", new BigDecimal("99.5"), 7, new BigDecimal("1.25")));
    }

    @Test
    void trustedProxiesAreAddressesOrSubnets() {
        String yaml = WHOLE + "server: {trusted_proxies: [10.0.0.0/8, '::1', 10.0.0.0/33, localhost, 010.0.0.1]}\n";

        assertThat(problems(yaml, Map.of()))
                .extracting(problem -> problem.replaceFirst(".*proxies", ""))
                .containsExactly(
                        "[2]: not an address or subnet: \"10.0.0.0/33\"",
                        "[3]: not an address or subnet: \"localhost\"",
                        "[4]: not an address or subnet: \"010.0.0.1\"");
    }

    @Test
    void timeoutsMustNotDescend() {
        assertThat(problems(WHOLE + "timeouts: {min_ms: 9000, default_ms: 8000}\n", Map.of()))
                .containsExactly("own.yaml:15:11: timeouts: min_ms, default_ms and max_ms must not descend: "
                        + "9000, 8000, 300000");
    }

    @Test
    void secretsAreInNoToStringAndNoMessage() throws Exception {
        Map<String, String> environment = Map.of(
                "OPENAI_API_KEY", "canary-key",
                "TOKEN", "canary-header",
                "APERTIS_DATABASE_URL", "postgresql://me:canary-password@db/apertis",
                "APERTIS_ADMIN_TOKEN", "canary-admin",
                "APERTIS_BOOTSTRAP_KEY", "sk-" + "canary".repeat(6));
        String yaml = WHOLE.replace("dialect: openai", "dialect: openai\n    headers: {x-token: '${TOKEN}'}");

        assertThat(load(yaml, environment).toString()).doesNotContain("canary");
        String misplaced = yaml.replace("https://api.openai.com/v1/", "\"${OPENAI_API_KEY}\"");
        assertThat(problems(misplaced, environment))
                .containsExactly("own.yaml:5:15: providers[0].base_url: not a URL: "
                        + "\"${OPENAI_API_KEY}\" as the environment has it");
        Map<String, String> wrongUrl = new HashMap<>(environment);
        wrongUrl.put("APERTIS_DATABASE_URL", "canary-password");
        assertThat(problems(yaml, wrongUrl)).singleElement().asString().doesNotContain("canary");
    }

    @Test
    void withoutAFileInTheWorkingDirectoryTheShippedOneIsRead() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("conf"));
        Files.writeString(elsewhere.resolve("apertis.yaml"), WHOLE);

        assertThat(new ConfigLoader(Map.of(), directory).load().models()).hasSize(1);
        Files.delete(elsewhere.resolve("apertis.yaml"));
        assertThat(new ConfigLoader(Map.of(), directory).load().models()).hasSizeGreaterThan(100);
    }

    private Config load(String yaml, Map<String, String> environment) throws IOException, ConfigException {
        Files.writeString(directory.resolve("own.yaml"), yaml, StandardCharsets.UTF_8);
        Map<String, String> all = new HashMap<>(environment);
        all.put("APERTIS_CONFIG", "own.yaml");
        return loader(all).load();
    }

    private ConfigLoader loader(Map<String, String> environment) {
        return new ConfigLoader(environment, directory);
    }

    private List<String> problems(String yaml, Map<String, String> environment) {
        try {
            Files.writeString(directory.resolve("own.yaml"), yaml, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Map<String, String> all = new HashMap<>(environment);
        all.put("APERTIS_CONFIG", "own.yaml");
        return problemsOf(loader(all));
    }

    private static List<String> problemsOf(ConfigLoader loader) {
        try {
            loader.load();
            return List.of();
        } catch (ConfigException refused) {
            return String.valueOf(refused.getMessage()).lines().toList();
        }
    }
}
