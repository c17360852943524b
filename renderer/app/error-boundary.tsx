import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { t } from '../i18n/t';

interface Props {
  /** Another value clears the error: the person went to another screen. */
  readonly resetKey: string;
  readonly onHome?: () => void;
  /** Instead of the words for a whole screen. */
  readonly title?: string;
  readonly body?: string;
  readonly children: ReactNode;
}
interface State {
  readonly error: Error | undefined;
  readonly resetKey: string;
}

/** Keeps a broken screen from taking the window with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.resetKey ? null : { error: undefined, resetKey: props.resetKey };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="crash" role="alert">
        <h2>{this.props.title ?? t('app.crash.title')}</h2>
        <p>{this.props.body ?? t('app.crash.body')}</p>
        <pre className="mono">{error.message}</pre>
        <div className="row">
          <Button onClick={() => this.setState({ error: undefined })}>{t('app.crash.again')}</Button>
          {this.props.onHome ? (
            <Button variant="default" onClick={this.props.onHome}>
              {t('app.crash.home')}
            </Button>
          ) : null}
        </div>
      </div>
    );
  }
}
