import { describe } from 'vitest';
import { MemoryRunLog } from '../../../../electron/store/memory-run-log';
import { runLogSuite } from '../../../suites/run-log-suite';

describe('the run log in memory', () => {
  runLogSuite(() => {
    let log = new MemoryRunLog();
    return {
      open: (options) => {
        log = new MemoryRunLog(options);
        return log;
      },
      takeOver: () => log.reopen(),
      dispose: () => log.close(),
    };
  });
});
