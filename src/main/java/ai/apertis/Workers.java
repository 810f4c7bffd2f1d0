package ai.apertis;

import ai.apertis.catalog.Provider;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.dispatch.ProviderVerticle;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of the providers, which come and go with the configuration. Those of a provider that is gone, or is configured
 * differently, stay until no request that began before can ask them any more and all that they were asked is answered.
 */
final class Workers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    /** The workers of one provider in one edition: one or more for each event loop. */
    private record Team(List<String> deployments, Queue<ProviderVerticle> members) {}

    private final Deployments parts;
    private final TokenCounter tokens;
    private final long clientStallMillis;
    private final Map<Provider, Team> working = new HashMap<>();
    /** Taken from on event loops, which must not wait for the lock: who holds it waits for them. */
    private final Set<Team> leaving = ConcurrentHashMap.newKeySet();

    private boolean closed;

    /** Workers that cut off a client who takes nothing for so many milliseconds. */
    Workers(Deployments parts, TokenCounter tokens, long clientStallMillis) {
        this.parts = parts;
        this.tokens = tokens;
        this.clientStallMillis = clientStallMillis;
    }

    /** Starts the workers of those providers that have none, and waits for them. */
    synchronized void hire(Collection<Provider> providers) {
        for (Provider provider : providers) {
            if (closed || working.containsKey(provider)) {
                continue;
            }
            Queue<ProviderVerticle> members = new ConcurrentLinkedQueue<>();
            List<String> deployments = parts.spread(
                    () -> {
                        ProviderVerticle member = new ProviderVerticle(provider, tokens, clientStallMillis);
                        members.add(member);
                        return member;
                    },
                    ProviderVerticle::loop,
                    "provider " + provider.name());
            working.put(provider, new Team(deployments, members));
        }
    }

    /**
     * Lets go the workers of all other providers.
     *
     * @param staying the providers that are still asked
     * @param afterMillis when no request can ask the others any more, milliseconds from now
     */
    synchronized void keepOnly(Collection<Provider> staying, long afterMillis) {
        for (Provider provider : List.copyOf(working.keySet())) {
            Team team = staying.contains(provider) ? null : working.remove(provider);
            if (team != null) {
                leaving.add(team);
                parts.vertx().setTimer(afterMillis, late -> letGo(provider, team));
            }
        }
    }

    /** Each stops as soon as it has nothing to do. */
    private void letGo(Provider provider, Team team) {
        Future.join(team.deployments().stream().map(parts.vertx()::undeploy).toList())
                .onComplete(gone -> {
                    leaving.remove(team);
                    LOG.info("the workers of provider {}, as it was configured before, are gone", provider.name());
                });
    }

    /** Stops all of them, whatever they do. */
    @Override
    public void close() {
        for (Team team : all()) {
            team.members().forEach(ProviderVerticle::hurry);
            for (String id : team.deployments()) {
                // One that is on its way out already cannot be undeployed again.
                Deployments.await(parts.vertx().undeploy(id).otherwiseEmpty(), "stopping a provider's worker");
            }
        }
    }

    private synchronized List<Team> all() {
        closed = true;
        List<Team> all = new ArrayList<>(working.values());
        all.addAll(leaving);
        return all;
    }
}
