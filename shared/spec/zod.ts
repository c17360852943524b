/** The one place zod is configured: without `jitless` it probes `new Function`, which the renderer's CSP reports. */
import { z } from 'zod';

z.config({ jitless: true });

export { z };
